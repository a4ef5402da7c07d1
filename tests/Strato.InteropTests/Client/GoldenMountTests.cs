using Strato.Testing;
using Strato.Testing.Golden;
using Strato.Testing.Http;
using Strato.Testing.Mounting;

namespace Strato.InteropTests.Client;

/// <summary>Every listing of every golden repository is what the genuine client shows, at the trunk and at each tag.</summary>
public sealed class GoldenMountTests : IAsyncDisposable
{
    private readonly TemporaryFolder home = new();
    private readonly ScriptedPeer server = new(Serve);

    public static IEnumerable<TheoryDataRow<string, string>> Views =>
        from repository in GoldenRepository.All
        from tag in repository.ListedTags
        select new TheoryDataRow<string, string>(repository.Name, tag);

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Mount_shows_what_the_genuine_client_shows(string name, string tag)
    {
        GoldenRepository repository = GoldenRepository.All.Single(golden => golden.Name == name);
        StratoMountOptions options = StratoMountOptions.Of(repository, tag, home.Path, server.Address) with
        {
            Settings = [$"CVMFS_EXTERNAL_URL={server.Address}/external-data"],
        };
        using StratoMount mount = await StratoMount.StartAsync(options, TestContext.Current.CancellationToken);

        GoldenView view = GoldenView.Read(mount.Directory);

        Assert.Equal(GoldenView.ReadExpected(repository.Expected(tag, "find")), view.Find());
        Assert.Equal(GoldenView.ExpectedFindExtended(repository.Expected(tag, "find-ext")), view.FindExtended());
        Assert.Equal(GoldenView.ExpectedInodeGroups(repository.Expected(tag, "find-ext")), view.InodeGroups());
        Assert.Equal(GoldenView.ExpectedDigests(repository.Expected(tag, "sha256")), view.Digests());
        Assert.Equal(GoldenView.ExpectedAttributes(repository.Expected(tag, "xattr")), view.Attributes());
        Assert.Equal(GoldenView.ReadExpected(repository.Expected(tag, "hash")), view.Hashes());
        Assert.Equal(GoldenView.ReadExpected(repository.Expected(tag, "chunks")), view.Chunks());
        Assert.Equal(File.ReadAllText(repository.Expected(tag, "root")).Trim(), view.Root());
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        home.Dispose();
    }

    private static PeerReply Serve(PeerRequest request)
    {
        if (request.Path == "/external-data/external/ext.txt")
        {
            return PeerReply.Ok("external content\n"u8.ToArray());
        }

        foreach (GoldenRepository repository in GoldenRepository.All)
        {
            string prefix = $"/cvmfs/{repository.Name}";
            if (request.Path.StartsWith(prefix + "/", StringComparison.Ordinal))
            {
                return ScriptedPeer.Directory(prefix, repository.Storage)(request);
            }
        }

        return PeerReply.NotFound;
    }
}
