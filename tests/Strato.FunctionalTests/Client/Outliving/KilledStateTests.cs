using System.Globalization;
using System.Text;
using Strato.Client.Nodes;
using Strato.Client.Reading;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Testing.Nodes;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>
/// Processes that change the shared state with all their might are killed at any moment, without a mount: whatever the kernel was told is in what they leave.
/// STRATO_STATE_KILLS says how often.
/// </summary>
public sealed class KilledStateTests : IDisposable
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("STRATO_STATE_KILLS") ?? "30", CultureInfo.InvariantCulture);

    private readonly NodeTable nodes = NodeTable.Create(0);
    private readonly OpenFileStore files = OpenFileStore.Create();
    private readonly KernelShare kernel = KernelShare.Create();
    private readonly Random random = new(5);

    public void Dispose()
    {
        nodes.Dispose();
        files.Dispose();
        kernel.Dispose();
    }

    [Fact]
    public async Task What_the_kernel_was_told_is_written_down_whenever_the_daemon_dies()
    {
        int held = 0;
        int open = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            await ChurnAsync();
            held += AssertNodes(kill);
            open += AssertFiles(kill);
        }

        Assert.InRange(held, Kills, int.MaxValue);
        Assert.InRange(open, Kills, int.MaxValue);
    }

    /// <summary>Lets a process change everything for a moment and kills it; the first thing that it does is to take over what the one before left.</summary>
    private async Task ChurnAsync()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Strato.Testing");
        (FileDescriptor, int)[] descriptors = [(nodes.File, StateChurnProgram.FirstDescriptor), (files.File, StateChurnProgram.FirstDescriptor + 1), (kernel.File, StateChurnProgram.FirstDescriptor + 2)];
        SpawnedProgram.Start(program, [Encoding.UTF8.GetBytes(StateChurnProgram.Verb)], new Dictionary<string, string>(StringComparer.Ordinal), descriptors, out SpawnedProgram? churn)
            .ThrowIfFailed("start a process");
        await Task.Delay(random.Next(100, 500), TestContext.Current.CancellationToken);
        PosixProcess.Kill(churn!.Id, Signal.Kill);
        churn.WaitForExit(out int code).ThrowIfFailed("wait for the process");
        Assert.Equal(128 + (int)Signal.Kill, code);
    }

    private int AssertNodes(int kill)
    {
        PosixFile.Duplicate(nodes.File, out FileDescriptor? copy).ThrowIfFailed("duplicate");
        using NodeTable? adopted = NodeTable.Adopt(copy!);
        Assert.True(adopted is not null, $"kill {kill}: the table contradicts itself");
        int held = 0;
        for (int directory = 0; directory < KernelShare.Directories; directory++)
        {
            held += AssertNode(adopted, KernelShare.DirectoryPath(directory), KernelShare.IndexOf(directory), 0x41ED, kill);
            for (int name = 0; name < KernelShare.Names; name++)
            {
                held += AssertNode(adopted, KernelShare.FilePath(directory, name), KernelShare.IndexOf(directory, name), 0x81A4, kill);
            }
        }

        return held;
    }

    private int AssertNode(NodeTable adopted, byte[] path, int index, uint mode, int kill)
    {
        ulong lookups = kernel.Lookups(index);
        if (lookups == 0)
        {
            return 0;
        }

        NodeDescription node = new() { Key = RepositoryPath.KeyOf(path), Attributes = { Mode = mode } };
        ulong id = NodeIdentity.Of(RepositoryPath.Root.Key, in node);
        string what = $"kill {kill}: {Encoding.ASCII.GetString(path)}";
        Assert.True(adopted.TryGet(id, out NodeRecord record), what);
        Assert.True(record.Lookups >= lookups, $"{what}: the kernel holds {lookups} lookups, the table {record.Lookups}");
        Assert.True(adopted.TryGetPath(id, new byte[NodeTable.MaxPathLength], out ReadOnlySpan<byte> known), what);
        Assert.Equal(Encoding.ASCII.GetString(path), Encoding.ASCII.GetString(known));
        Assert.Equal(mode, record.Attributes.Mode);
        return 1;
    }

    private int AssertFiles(int kill)
    {
        PosixFile.Duplicate(files.File, out FileDescriptor? copy).ThrowIfFailed("duplicate");
        OpenFileStore? adopted = OpenFileStore.Adopt(copy!);
        Assert.True(adopted is not null, $"kill {kill}: the open files contradict themselves");
        using OpenFiles known = new(new Passthrough(_ => { }), adopted);
        int open = 0;
        for (int number = 0; number < KernelShare.Handles; number++)
        {
            ulong handle = kernel.Handle(number);
            if (handle == 0)
            {
                continue;
            }

            OpenFile? file = known.Find(handle);
            Assert.True(file is not null, $"kill {kill}: handle {handle:x} of {number} is not there");
            Assert.Equal(StateChurnProgram.ChunksOf(number), Enumerable.Range(0, file.ChunkCount).Select(index => file.ChunkAt(index)));
            Assert.Equal(file.ChunkCount > 0 ? file.ChunkCount * 100L : number, file.Size);
            Assert.True(file.ChunkCount > 0 || file.Content == StateChurnProgram.HashOf(number), $"kill {kill}: other content");
            open++;
        }

        return open;
    }
}
