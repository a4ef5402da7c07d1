namespace Strato.Client.Mounting;

/// <summary>What <c>talk ... attach</c> shows.</summary>
/// <param name="Name">The name below the mount's directory.</param>
/// <param name="Revision">The revision that is shown.</param>
/// <param name="RootHash">Its root catalog.</param>
internal sealed record AttachReport(string Name, ulong Revision, string RootHash);
