using Strato.Testing;
using Strato.Testing.Fuse;
using Strato.Testing.Golden;
using Strato.Testing.Http;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Client;

/// <summary>A golden repository on a server that changes answers as a test wants, and a home to mount it from.</summary>
internal sealed class GoldenSite : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly MountGuard guard = new();
    private readonly ScriptedPeer server;
    private readonly Func<PeerRequest, PeerReply> honest;

    public GoldenSite(GoldenRepository repository)
    {
        Repository = repository;
        honest = ScriptedPeer.Directory($"/cvmfs/{repository.Name}", repository.Storage);
        Answer = honest;
        server = new ScriptedPeer(request => Answer(request));
    }

    public GoldenRepository Repository { get; }

    /// <summary>What the server answers; honest at first.</summary>
    public Func<PeerRequest, PeerReply> Answer { get; set; }

    public string Home => folder["home"];

    /// <summary>A directory on which nothing must be mounted in the end, for commands that are to refuse.</summary>
    public string EmptyDirectory => guard.Directory;

    public StratoMountOptions Options => StratoMountOptions.Of(Repository, "trunk", Home, server.Address);

    /// <summary>The honest answer.</summary>
    public PeerReply Honest(PeerRequest request) => honest(request);

    /// <summary>Runs <c>strato mount</c>; gives its exit code and what it wrote.</summary>
    public async Task<(int Code, string Error)> MountAsync(string? server = null, string? key = null, string? directory = null, params IEnumerable<string> further)
    {
        string[] arguments =
        [
            "mount", Repository.Name, directory ?? EmptyDirectory, "--home", Home, "--server", server ?? Options.Server!, "--key", key ?? Options.PublicKey!,
            "--set", "CVMFS_HTTP_PROXY=DIRECT", "--set", "CVMFS_MAX_RETRIES=0", "--set", "CVMFS_TIMEOUT_DIRECT=2", .. further,
        ];
        (int code, _, string error) = await ChildProcess.RunStratoAsync(TestContext.Current.CancellationToken, arguments);
        return (code, error.Trim());
    }

    public async ValueTask DisposeAsync()
    {
        guard.Dispose();
        await server.DisposeAsync();
        folder.Dispose();
    }
}
