namespace Strato.Client.Mounting;

/// <summary>What <c>talk ... revision</c> and <c>talk ... remount</c> show.</summary>
/// <param name="Revision">The revision that is shown.</param>
/// <param name="RootHash">Its root catalog.</param>
internal sealed record RevisionReport(ulong Revision, string RootHash);
