namespace Strato.Commands;

/// <summary>What <c>strato publish --json</c> and <c>strato ingest --json</c> print.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="Changed">False where there was nothing to change and so no new revision.</param>
/// <param name="Revision">The revision that readers see now.</param>
/// <param name="RootCatalog">The hash of its root catalog.</param>
/// <param name="Entries">Files, links, special files and directories in it.</param>
/// <param name="FilesRead">Files whose content was read.</param>
/// <param name="BytesRead">Their plain bytes.</param>
/// <param name="NewObjects">Objects that the storage did not have.</param>
/// <param name="NewBytes">Their stored bytes.</param>
internal sealed record PublishReport(
    string Name, bool Changed, ulong Revision, string RootCatalog, long Entries, long FilesRead, long BytesRead, long NewObjects, long NewBytes);
