namespace Strato.Commands;

/// <summary>A tag as <c>strato tag --json</c> prints it.</summary>
/// <param name="Name">The tag.</param>
/// <param name="Revision">What it names.</param>
/// <param name="RootCatalog">The hash of that revision's root catalog.</param>
/// <param name="Size">That catalog's plain bytes.</param>
/// <param name="Timestamp">When it was published, in seconds since 1970.</param>
/// <param name="Branch">The branch; empty for the default one.</param>
/// <param name="Message">What the tag says.</param>
internal sealed record TagReport(string Name, ulong Revision, string RootCatalog, long Size, long Timestamp, string Branch, string Message);
