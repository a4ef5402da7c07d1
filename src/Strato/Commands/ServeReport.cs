namespace Strato.Commands;

/// <summary>What <c>strato serve --json</c> prints once it listens.</summary>
/// <param name="Url">What repositories' names are appended to.</param>
/// <param name="Repositories">The names of those that are there at the start; later ones are served too.</param>
internal sealed record ServeReport(string Url, IReadOnlyList<string> Repositories);
