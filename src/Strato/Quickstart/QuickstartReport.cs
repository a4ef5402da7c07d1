namespace Strato.Quickstart;

/// <summary>What the quickstart did, as <c>--json</c> prints it.</summary>
/// <param name="Repository">The fully qualified name.</param>
/// <param name="Source">The tree that was published.</param>
/// <param name="Url">Where it is served.</param>
/// <param name="Mount">Where it is mounted.</param>
/// <param name="ProgramOutput">What the program printed that was run from the mount.</param>
/// <param name="Steps">The steps in their order.</param>
internal sealed record QuickstartReport(
    string Repository, string Source, string Url, string Mount, string ProgramOutput, IReadOnlyList<QuickstartStep> Steps);
