namespace Strato.Client.Control;

/// <summary>What <c>talk ... log level</c> shows.</summary>
/// <param name="Level">The least bad events that are logged.</param>
internal sealed record LogReport(string Level);
