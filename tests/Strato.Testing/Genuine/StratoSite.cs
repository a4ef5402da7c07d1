using Strato.Posix;
using Strato.Publishing.Repositories;
using Strato.Testing.Processes;

namespace Strato.Testing.Genuine;

/// <summary>
/// A home whose repositories the <c>strato</c> executable makes and serves on a free port of the loopback, as a user would do it. Disposing ends the
/// server and removes the home.
/// </summary>
public sealed class StratoSite : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder folder = new();
    private ChildProcess? server;
    private string? url;

    /// <summary>The home.</summary>
    public string Home => folder["home"];

    /// <summary>An existing folder that holds the home.</summary>
    public string Folder => folder.Path;

    /// <summary>A file or folder beside the home, for trees and tarballs to publish.</summary>
    public string this[string name] => folder[name];

    /// <summary>Where a repository's storage tree, keys and settings lie.</summary>
    public RepositoryPlaces Places(string repository) => new RepositoryHome(Home).Places(repository);

    /// <summary>A repository's URL; the server must run.</summary>
    public string Url(string repository) => $"{url ?? throw new InvalidOperationException("nothing is served yet")}/{repository}";

    /// <summary>What a genuine client needs to mount a repository of this site.</summary>
    public GenuineMount Mount(string repository, string? tag = null) =>
        new() { Repository = repository, Server = Url(repository), PublicKey = Places(repository).PublicKey, Tag = tag };

    /// <summary>Runs <c>strato ARGUMENTS --home HOME</c>; returns its standard output. Throws where it fails, with what it said.</summary>
    public async Task<string> RunAsync(CancellationToken cancellation, params string[] arguments)
    {
        using CancellationTokenSource bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(Bound);
        (int code, string output, string error) = await ChildProcess.RunStratoAsync(bounded.Token, [.. arguments, "--home", Home]);
        return code == 0 ? output : throw new InvalidOperationException($"strato {string.Join(' ', arguments)} ended with {code}: {error}{output}");
    }

    /// <summary>Starts <c>strato serve</c>; repositories made later are served too.</summary>
    public async Task ServeAsync(CancellationToken cancellation)
    {
        server = ChildProcess.StartStrato("serve", "--home", Home, "--listen", "127.0.0.1:0");
        await server.WaitForAsync("/ until Ctrl-C", cancellation);
        string said = server.Output;
        int start = said.IndexOf("http://", StringComparison.Ordinal);
        url = said[start..said.IndexOf("/ until", StringComparison.Ordinal)];
    }

    public void Dispose()
    {
        server?.Send(Signal.Terminate);
        server?.Dispose();
        folder.Dispose();
    }
}
