namespace Strato.Quickstart;

/// <summary>A kind of software that is looked for.</summary>
/// <param name="Name">Its name for people.</param>
/// <param name="Places">Directories whose subdirectories may be installations; one that begins with <c>~/</c> is below the user's home.</param>
/// <param name="Program">The path of the program from an installation's directory.</param>
/// <param name="Arguments">What it is started with.</param>
internal sealed record SoftwareKind(string Name, IReadOnlyList<string> Places, string Program, IReadOnlyList<string> Arguments);
