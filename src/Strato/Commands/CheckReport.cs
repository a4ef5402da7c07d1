namespace Strato.Commands;

/// <summary>What <c>strato check --json</c> prints.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="Revision">Its current revision.</param>
/// <param name="Revisions">The revisions that were checked: the current one and those with a tag.</param>
/// <param name="Catalogs">Different catalogs.</param>
/// <param name="Objects">Different objects of files.</param>
/// <param name="Problems">What was found wrong, one line each; with a repair, what is still wrong.</param>
/// <param name="Incremental">Whether only what is new since an earlier check was looked at.</param>
/// <param name="Repaired">Objects that were put in place again.</param>
internal sealed record CheckReport(string Name, ulong Revision, int Revisions, long Catalogs, long Objects, IReadOnlyList<string> Problems, bool Incremental, int Repaired);
