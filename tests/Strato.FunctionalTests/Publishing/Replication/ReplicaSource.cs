using System.Globalization;
using System.Text;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.FunctionalTests.Publishing.Replication;

/// <summary>A repository that changes from round to round, published in this process and served by <c>strato serve</c>.</summary>
public sealed class ReplicaSource(bool isCollectable = false) : IDisposable
{
    private readonly Random random = new(20_261_126);
    private ChildProcess? server;

    public TemporaryHome Home { get; } = TemporaryHome.WithRepository(TemporaryHome.SmallChunks with { IsGarbageCollectable = isCollectable });

    public string PublicKey => Home.Home.Places(TemporaryHome.Name).PublicKey;

    /// <summary>Publishes a round: 60 files more, others less. With a seed they are what they were for it before.</summary>
    public ulong Publish(int round, string? tag = null, int? seed = null)
    {
        Random content = seed is { } again ? new Random(again) : random;
        string source = Home.NewFolder("source");
        using (TreeBuilder tree = new(source))
        {
            string folder = string.Create(CultureInfo.InvariantCulture, $"round{round % 4}");
            if (Directory.Exists(Path.Combine(source, folder)))
            {
                tree.Remove(Encoding.ASCII.GetBytes(folder));
            }

            tree.Directory(Encoding.ASCII.GetBytes(folder));
            tree.File(Encoding.ASCII.GetBytes($"{folder}/.cvmfscatalog"), default);
            for (int file = 0; file < 60; file++)
            {
                tree.File(Encoding.ASCII.GetBytes($"{folder}/f{file}"), TreeContent.Text((ulong)content.Next(), content.Next(40_000)));
            }
        }

        return Home.Publish(source, tag: tag).Revision;
    }

    /// <summary>Starts the server; returns the repository's address.</summary>
    public async Task<string> ServeAsync(CancellationToken cancellation)
    {
        server = ChildProcess.StartStrato("serve", "--home", Home.Home.Directory, "--listen", "127.0.0.1:0");
        await server.WaitForAsync("/ until Ctrl-C", cancellation);
        string said = server.Output;
        int start = said.IndexOf("http://", StringComparison.Ordinal);
        return $"{said[start..said.IndexOf("/ until", StringComparison.Ordinal)]}/{TemporaryHome.Name}";
    }

    public void Dispose()
    {
        server?.Dispose();
        Home.Dispose();
    }
}
