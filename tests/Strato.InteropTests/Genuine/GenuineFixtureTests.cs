using Strato.Publishing.Repositories;
using Strato.Testing.Genuine;
using Strato.Testing.Golden;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>The genuine peers agree with what they made themselves, so that their word on Strato's repositories means something.</summary>
public sealed class GenuineFixtureTests : IDisposable
{
    private readonly StratoSite site;
    private readonly GoldenRepository golden = GoldenRepository.Rmd160;

    public GenuineFixtureTests()
    {
        Assert.SkipWhen(GenuineTools.WhyAbsent is not null, GenuineTools.WhyAbsent ?? "");
        site = new StratoSite();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_golden_repository_that_strato_serves_is_mounted_checked_and_replicated()
    {
        await ServeGoldenAsync();
        using GenuineClient client = await GenuineClient.MountAsync(
            new GenuineMount { Repository = golden.Name, Server = site.Url(golden.Name), PublicKey = golden.PublicKey }, Cancellation);
        TreeListing listing = TreeListing.Read(client.Directory);
        Assert.Equal(File.ReadLines(golden.Expected("trunk", "sha256")).Count(), listing.Entries.Count(entry => entry.Digest.Length > 0));
        Assert.Equal("4", await client.TalkAsync(Cancellation, "revision"));
        await client.UnmountAsync(Cancellation);
        ToolOutcome cache = await GenuineCheck.CheckCacheAsync(client.Cache, Cancellation);
        Assert.True(cache.Code == 0, cache.Text);

        ToolOutcome check = await GenuineCheck.CheckAsync(site.Url(golden.Name), golden.Name, golden.PublicKey, Cancellation);
        Assert.True(check.Code == 0, check.Text);

        using GenuineReplica replica = new();
        ToolOutcome pulled = await replica.PullAsync(site.Url(golden.Name), golden.Name, golden.PublicKey, Cancellation);
        Assert.True(pulled.Code == 0, pulled.Text);
        pulled = await replica.PullAsync(site.Url(golden.Name), golden.Name, golden.PublicKey, Cancellation);
        Assert.True(pulled.Code == 0, pulled.Text);
        check = await GenuineCheck.CheckAsync(replica.Storage, golden.Name, golden.PublicKey, Cancellation, reflogChecksum: replica.ReflogChecksum);
        Assert.True(check.Code == 0, check.Text);
    }

    public void Dispose() => site.Dispose();

    private async Task ServeGoldenAsync()
    {
        RepositoryPlaces places = site.Places(golden.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(places.DefaultStorage)!);
        golden.CopyStorage(places.DefaultStorage);
        Directory.CreateDirectory(places.Folder);
        File.WriteAllBytes(places.Settings, SettingsFile.Format(new RepositorySettings { Name = golden.Name, Storage = places.DefaultStorage }));
        await site.ServeAsync(Cancellation);
    }
}
