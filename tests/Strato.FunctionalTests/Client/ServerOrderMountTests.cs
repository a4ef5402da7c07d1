using Strato.FunctionalTests.Fuse;
using Strato.Testing.Golden;
using Strato.Testing.Http;
using Strato.Testing.Mounting;

namespace Strato.FunctionalTests.Client;

/// <summary>A mount with CVMFS_USE_GEOAPI.</summary>
public sealed class ServerOrderMountTests : IAsyncDisposable
{
    private readonly GoldenSite site;

    public ServerOrderMountTests()
    {
        FuseRequirement.Device();
        site = new GoldenSite(GoldenRepository.Rmd160);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_nearest_server_comes_first_and_stays_there_when_nobody_tells_any_more()
    {
        int questions = 0;
        bool tells = true;
        site.Answer = request =>
        {
            if (!request.Path.Contains("/api/v1.0/geo/", StringComparison.Ordinal))
            {
                return site.Honest(request);
            }

            Interlocked.Increment(ref questions);
            return tells && request.Path.EndsWith("/127.0.0.1,localhost", StringComparison.Ordinal) ? PeerReply.Ok("2,1\n"u8.ToArray()) : PeerReply.ServerError;
        };
        string far = site.Options.Server!;
        string near = far.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        StratoMountOptions options = site.Options with { Server = $"{far};{near}", Settings = ["CVMFS_USE_GEOAPI=yes"] };
        for (int start = 0; start < 2; start++)
        {
            using StratoMount mount = await StratoMount.StartAsync(options, Cancellation);
            Assert.Equal($"{near}\n{far}", (await mount.TalkAsync(Cancellation, "host", "info")).Trim());
            Assert.NotEmpty(Directory.GetFileSystemEntries(mount.Directory));
            tells = false;
        }

        Assert.Equal(1, questions);

        // Without the parameter, and with nobody to ask about another list, it is the site's order.
        using StratoMount plain = await StratoMount.StartAsync(options with { Settings = [] }, Cancellation);
        Assert.Equal($"{far}\n{near}", (await plain.TalkAsync(Cancellation, "host", "info")).Trim());
        Assert.Equal(1, questions);
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();
}
