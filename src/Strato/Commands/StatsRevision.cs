namespace Strato.Commands;

/// <summary>A revision in <c>strato stats --json</c>.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Published">When.</param>
/// <param name="RootCatalog">Its root catalog.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Entries">Its entries.</param>
/// <param name="FileSize">Plain bytes of its files, hard links each, as <c>info</c> tells them.</param>
/// <param name="NewContent">Files' objects that no older one of the list has.</param>
/// <param name="NewCatalogs">Catalogs that no older one of the list has.</param>
internal sealed record StatsRevision(
    ulong Revision, string Published, string RootCatalog, IReadOnlyList<string> Tags, long Entries, long FileSize, StatsContent NewContent, StatsContent NewCatalogs);
