using System.Globalization;
using System.Text;
using Strato.Core.Chunking;
using Strato.Testing.Http;
using Strato.Testing.Mounting;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>
/// A published tree for readers (Python modules, C headers, whole and chunked files, programs), its server, and the home of its mount.
/// </summary>
internal sealed class OutlivingSite : IAsyncDisposable
{
    private const int Modules = 100;
    private const int Headers = 60;
    private const int SmallFiles = 200;

    private readonly TemporaryHome publisher = new();
    private readonly ScriptedPeer server;
    private readonly Func<PeerRequest, PeerReply> honest;

    public OutlivingSite()
    {
        publisher.Make(TemporaryHome.SmallChunks with { Chunks = new ChunkSizes(64 << 10, 128 << 10, 256 << 10) });
        Source = publisher.NewFolder("source");
        Scratch = publisher.NewFolder("scratch");
        MakeTree();
        publisher.Publish(Source);
        honest = ScriptedPeer.Directory($"/cvmfs/{TemporaryHome.Name}", publisher.Storage);
        Answer = honest;
        server = new ScriptedPeer(request => Answer(request));
    }

    /// <summary>The tree that was published.</summary>
    public string Source { get; }

    /// <summary>For what readers write.</summary>
    public string Scratch { get; }

    /// <summary>What the server answers; honest at first.</summary>
    public Func<PeerRequest, PeerReply> Answer { get; set; }

    public TemporaryHome Publisher => publisher;

    public StratoMountOptions Options => new()
    {
        Repository = TemporaryHome.Name,
        Home = publisher.NewFolder("mounter"),
        Server = $"{server.Address}/cvmfs/{TemporaryHome.Name}",
        PublicKey = publisher.Home.Places(TemporaryHome.Name).PublicKey,
        Settings = ["CVMFS_MAX_RETRIES=0"],
    };

    /// <summary>How many requests for objects other than catalogs have come.</summary>
    public int ObjectsAskedFor => server.Requests.Count(IsObject);

    /// <summary>The honest answer.</summary>
    public PeerReply Honest(PeerRequest request) => honest(request);

    /// <summary>From now on every object but catalogs takes this long to come.</summary>
    public void DelayObjects(TimeSpan time) => Answer = request => IsObject(request) ? Honest(request) with { Delay = time } : Honest(request);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        publisher.Dispose();
    }

    private static bool IsObject(PeerRequest request) => request.Path.Contains("/data/", StringComparison.Ordinal) && !request.Path.EndsWith('C');

    private void MakeTree()
    {
        StringBuilder everything = new("total = 0\n");
        for (int number = 0; number < Modules; number++)
        {
            Write($"py/module{number}.py", string.Create(CultureInfo.InvariantCulture, $"VALUE = {number}\n# {new string('x', number * 50)}\n"));
            everything.Append(CultureInfo.InvariantCulture, $"import module{number}\ntotal += module{number}.VALUE\n");
        }

        Write("py/everything.py", everything.ToString());
        StringBuilder main = new("#include <stdio.h>\n");
        StringBuilder sum = new("0");
        for (int number = 0; number < Headers; number++)
        {
            Write($"include/part{number}.h", string.Create(CultureInfo.InvariantCulture, $"static int part{number}(void) {{ return {number}; }}\n"));
            main.Append(CultureInfo.InvariantCulture, $"#include \"part{number}.h\"\n");
            sum.Append(CultureInfo.InvariantCulture, $" + part{number}()");
        }

        Write("include/main.c", $"{main}int main(void) {{ printf(\"%d\\n\", {sum}); return 0; }}\n");
        Random random = new(3);
        byte[] bytes = new byte[6 << 20];
        random.NextBytes(bytes);
        WriteBytes("data/chunked.bin", bytes);
        WriteBytes("data/whole.bin", bytes.AsSpan(0, 60_000));
        for (int number = 0; number < SmallFiles; number++)
        {
            WriteBytes(string.Create(CultureInfo.InvariantCulture, $"data/many/{number:D3}"), bytes.AsSpan(number * 1000, 50 + (number * 100)));
        }

        Directory.CreateDirectory(Path.Combine(Source, "bin"));
        File.Copy("/bin/sleep", Path.Combine(Source, "bin", "sleep"));
    }

    private void Write(string path, string text) => WriteBytes(path, Encoding.UTF8.GetBytes(text));

    private void WriteBytes(string path, ReadOnlySpan<byte> bytes)
    {
        string full = Path.Combine(Source, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }
}
