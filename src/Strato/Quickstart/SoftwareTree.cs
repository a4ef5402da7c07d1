namespace Strato.Quickstart;

/// <summary>A software installation that can be published, and that holds a program which runs from anywhere.</summary>
/// <param name="Name">What it is, such as <c>Python 3.13.0</c>.</param>
/// <param name="Directory">Where it is; no symbolic link.</param>
/// <param name="Program">The program's path from there.</param>
/// <param name="Arguments">What the program is started with. It must print something and end with 0.</param>
/// <param name="Size">How much it is.</param>
internal sealed record SoftwareTree(string Name, string Directory, string Program, IReadOnlyList<string> Arguments, TreeSize Size);
