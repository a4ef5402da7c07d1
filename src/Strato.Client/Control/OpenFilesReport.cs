namespace Strato.Client.Control;

/// <summary>What <c>talk ... open files</c> shows.</summary>
/// <param name="Opens">Open files, each counted as often as it is open.</param>
/// <param name="Files">As many of them as an answer has room for.</param>
internal sealed record OpenFilesReport(int Opens, IReadOnlyList<OpenFileReport> Files);
