namespace Strato.Commands;

/// <summary>What <c>strato import --json</c> prints.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="Revision">The revision that it is at.</param>
/// <param name="RootCatalog">The hash of its root catalog.</param>
/// <param name="Tags">The number of named revisions.</param>
/// <param name="Storage">Where its objects are.</param>
/// <param name="Keys">Where its keys are.</param>
/// <param name="Settings">The genuine server's settings that go on to hold; absent where there are none.</param>
internal sealed record ImportReport(string Name, ulong Revision, string RootCatalog, int Tags, string Storage, string Keys, string? Settings);
