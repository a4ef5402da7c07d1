namespace Strato.Testing.Genuine;

/// <summary>The genuine server tools, run on a repository's storage.</summary>
public static class GenuineCheck
{
    /// <summary>
    /// <c>cvmfs_swissknife check</c> with the existence of all data: catalogs, counters, reflog against the manifest, history. At a URL it verifies
    /// whitelist, certificate and the manifest's signature as well.
    /// </summary>
    /// <param name="storage">The storage tree's directory or the repository's URL.</param>
    /// <param name="repository">The fully qualified repository name.</param>
    /// <param name="publicKey">The file of the master key's public half.</param>
    /// <param name="cancellation">Ends the tool.</param>
    /// <param name="tag">A tag to check instead of the newest revision.</param>
    /// <param name="reflogChecksum">The file that a replica keeps its reflog's hash in, or null for a repository whose manifest tells it.</param>
    public static async Task<ToolOutcome> CheckAsync(
        string storage, string repository, string publicKey, CancellationToken cancellation, string? tag = null, string? reflogChecksum = null)
    {
        using TemporaryFolder temporary = new();
        List<string> arguments = ["check", "-c", "-l", "2", "-r", storage, "-t", temporary.Path, "-k", publicKey, "-N", repository];
        if (tag is not null)
        {
            arguments.AddRange("-n", tag);
        }

        if (reflogChecksum is not null)
        {
            arguments.AddRange("-R", reflogChecksum);
        }

        return await GenuineTools.RunAsync(GenuineTools.Swissknife, cancellation, arguments);
    }

    /// <summary><c>cvmfs_swissknife scrub</c>: every object's bytes have the hash that names it, and nothing else lies there.</summary>
    public static Task<ToolOutcome> ScrubAsync(string storageDirectory, CancellationToken cancellation) =>
        GenuineTools.RunAsync(GenuineTools.Swissknife, cancellation, "scrub", "-r", Path.Combine(storageDirectory, "data"));

    /// <summary><c>cvmfs_fsck</c> on a client's cache: recompresses what it holds with zlib and compares the hashes.</summary>
    public static Task<ToolOutcome> CheckCacheAsync(string cache, CancellationToken cancellation) =>
        GenuineTools.RunAsync(GenuineTools.CacheChecker, cancellation, "-j", "2", cache);
}
