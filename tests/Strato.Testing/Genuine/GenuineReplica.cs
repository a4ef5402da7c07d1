using System.Globalization;

namespace Strato.Testing.Genuine;

/// <summary>A stratum 1 that <c>cvmfs_swissknife pull</c> fills, in a folder of its own.</summary>
public sealed class GenuineReplica : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private bool pulled;

    public GenuineReplica()
    {
        for (int prefix = 0; prefix <= byte.MaxValue; prefix++)
        {
            Directory.CreateDirectory(Path.Combine(Storage, "data", prefix.ToString("x2", CultureInfo.InvariantCulture)));
        }

        Directory.CreateDirectory(Path.Combine(Storage, "data", "txn"));
        Directory.CreateDirectory(folder["tmp"]);
    }

    /// <summary>The replica's storage tree.</summary>
    public string Storage => folder["srv"];

    /// <summary>The file that holds the hash of the replica's own reflog.</summary>
    public string ReflogChecksum => folder["reflog.chksum"];

    /// <summary>Fetches what the replica lacks: all tagged revisions and the newest.</summary>
    /// <param name="source">The repository's URL.</param>
    /// <param name="repository">The fully qualified repository name.</param>
    /// <param name="publicKey">The file of the master key's public half.</param>
    /// <param name="cancellation">Ends the tool.</param>
    public async Task<ToolOutcome> PullAsync(string source, string repository, string publicKey, CancellationToken cancellation)
    {
        ToolOutcome outcome = await GenuineTools.RunAsync(
            GenuineTools.Swissknife,
            cancellation,
            "pull",
            "-m", repository,
            "-u", source,
            "-w", $"file://{Storage}",
            "-r", $"local,{Path.Combine(Storage, "data", "txn")},{Storage}",
            "-x", folder["tmp"],
            "-k", publicKey,
            "-n", "2",
            "-t", "10",
            "-a", "1",
            "-R", ReflogChecksum,
            pulled ? "-p" : "-i");
        pulled = true;
        return outcome;
    }

    public void Dispose() => folder.Dispose();
}
