using Strato.Testing.Genuine;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>What the genuine peers say about a repository of a <see cref="StratoSite"/>; each question fails the test with what they answered.</summary>
internal sealed class GenuineVerdict
{
    private readonly StratoSite site;
    private readonly string repository;

    public GenuineVerdict(StratoSite site, string repository)
    {
        this.site = site;
        this.repository = repository;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Mounts a tag or the newest revision and compares the tree; then checks the client's cache where its checker knows the encoder.</summary>
    public async Task ShowsAsync(TreeListing expected, string? tag = null, bool checksCache = true)
    {
        using GenuineClient client = await GenuineClient.MountAsync(site.Mount(repository, tag), Cancellation);
        string differences = TreeComparison.Differences(expected, TreeListing.Read(client.Directory), TreeComparisonOptions.WithoutAddedMarkers);
        Assert.True(differences.Length == 0, $"{repository} at {tag ?? "trunk"}:\n{differences}");
        await client.UnmountAsync(Cancellation);
        if (checksCache)
        {
            Passed(await GenuineCheck.CheckCacheAsync(client.Cache, Cancellation));
        }
    }

    /// <summary>The storage holds together at every one of the tags: in the directory as over HTTP, in catalogs, data, history, reflog and signatures.</summary>
    public async Task HoldsTogetherAsync(params string[] tags)
    {
        string storage = site.Places(repository).DefaultStorage;
        string key = site.Places(repository).PublicKey;
        Passed(await GenuineCheck.CheckAsync(site.Url(repository), repository, key, Cancellation));
        Passed(await GenuineCheck.CheckAsync(storage, repository, key, Cancellation));
        foreach (string tag in tags)
        {
            Passed(await GenuineCheck.CheckAsync(storage, repository, key, Cancellation, tag));
        }

        Passed(await GenuineCheck.ScrubAsync(storage, Cancellation));
    }

    /// <summary>A genuine stratum 1 replicates it, and holds together too.</summary>
    public async Task IsReplicatedAsync(GenuineReplica replica)
    {
        string key = site.Places(repository).PublicKey;
        Passed(await replica.PullAsync(site.Url(repository), repository, key, Cancellation));
        Passed(await GenuineCheck.CheckAsync(replica.Storage, repository, key, Cancellation, reflogChecksum: replica.ReflogChecksum));
        Passed(await GenuineCheck.ScrubAsync(replica.Storage, Cancellation));
    }

    private static void Passed(ToolOutcome outcome) => Assert.True(outcome.Code == 0, outcome.Text);
}
