using Strato.Client.Nodes;
using Strato.Client.Reading;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Posix;

namespace Strato.Testing.Nodes;

/// <summary>
/// A daemon's share in the state that outlives it, and the kernel's: threads that look names up, forget them, open and close files without end, for tests that
/// kill it at any moment. The kernel's share is in memory of its own (<see cref="KernelShare"/>), and always behind what the daemon wrote down.
/// </summary>
public static class StateChurnProgram
{
    public const string Verb = "churn-state";

    /// <summary>The numbers under which it has the node table, the table of open files, and the kernel's share.</summary>
    public const int FirstDescriptor = 3;

    private const int Threads = 4;

    /// <summary>Takes over what the tables say, as a successor does, and goes on until it is killed.</summary>
    public static int Run()
    {
        using NodeTable nodes = NodeTable.Adopt(new FileDescriptor(FirstDescriptor)) ?? throw new InvalidOperationException("the node table contradicts itself");
        OpenFileStore store = OpenFileStore.Adopt(new FileDescriptor(FirstDescriptor + 1)) ?? throw new InvalidOperationException("the open files contradict themselves");
        using OpenFiles files = new(new Passthrough(_ => { }), store);
        using KernelShare kernel = KernelShare.Map(new FileDescriptor(FirstDescriptor + 2));
        ReaderWriterLockSlim[] gates = [.. Enumerable.Range(0, KernelShare.Directories).Select(_ => new ReaderWriterLockSlim())];
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() => Churn(nodes, files, kernel, gates, number)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return 0;
    }

    /// <summary>The chunks of the file that a handle's slot of the kernel's share has open: its number decides them wholly.</summary>
    public static FileChunk[] ChunksOf(int number)
    {
        FileChunk[] chunks = new FileChunk[number % 40];
        for (int index = 0; index < chunks.Length; index++)
        {
            chunks[index] = new FileChunk(HashOf(number), index * 100L, 100);
        }

        return chunks;
    }

    /// <summary>The content of such a file.</summary>
    public static ObjectHash HashOf(int number)
    {
        Span<byte> digest = stackalloc byte[ObjectHash.DigestLength];
        digest.Fill((byte)number);
        return new ObjectHash(HashAlgorithm.Sha1, digest);
    }

    private static void Churn(NodeTable nodes, OpenFiles files, KernelShare kernel, ReaderWriterLockSlim[] gates, int thread)
    {
        Random random = new();
        while (true)
        {
            int directory = random.Next(KernelShare.Directories);
            switch (random.Next(8))
            {
                case 0:
                    Forget(nodes, kernel, gates[directory], directory);
                    break;
                case < 5:
                    Lookup(nodes, kernel, gates[directory], directory, random.Next(KernelShare.Names));
                    break;
                default:
                    // Each thread has handles of its own, as each open has a caller.
                    Toggle(files, kernel, (random.Next(KernelShare.Handles / Threads) * Threads) + thread, random);
                    break;
            }
        }
    }

    private static void Lookup(NodeTable nodes, KernelShare kernel, ReaderWriterLockSlim gate, int directory, int name)
    {
        gate.EnterReadLock();
        ulong parent = Remember(nodes, kernel, NodeIdentity.Root, KernelShare.DirectoryPath(directory), KernelShare.IndexOf(directory));
        Remember(nodes, kernel, parent, KernelShare.FilePath(directory, name), KernelShare.IndexOf(directory, name));
        gate.ExitReadLock();
    }

    private static ulong Remember(NodeTable nodes, KernelShare kernel, ulong parent, byte[] path, int index)
    {
        NodeDescription node = new() { Key = RepositoryPath.KeyOf(path), Epoch = nodes.NewestEpoch + 1, Attributes = { Mode = parent == NodeIdentity.Root ? 0x41EDu : 0x81A4u } };
        if (!nodes.TryRemember(RepositoryPath.Root.Key, parent, path.AsSpan(path.AsSpan().LastIndexOf((byte)'/') + 1), in node, out ulong id))
        {
            throw new InvalidOperationException("a directory that the kernel knows is not in the table");
        }

        Interlocked.Increment(ref kernel.Lookups(index));
        return id;
    }

    /// <summary>The kernel drops what is in a directory, and then the directory.</summary>
    private static void Forget(NodeTable nodes, KernelShare kernel, ReaderWriterLockSlim gate, int directory)
    {
        gate.EnterWriteLock();
        for (int name = 0; name < KernelShare.Names; name++)
        {
            Drop(nodes, kernel, KernelShare.FilePath(directory, name), KernelShare.IndexOf(directory, name), mode: 0x81A4);
        }

        Drop(nodes, kernel, KernelShare.DirectoryPath(directory), KernelShare.IndexOf(directory), mode: 0x41ED);
        gate.ExitWriteLock();
    }

    private static void Drop(NodeTable nodes, KernelShare kernel, byte[] path, int index, uint mode)
    {
        NodeDescription node = new() { Key = RepositoryPath.KeyOf(path), Attributes = { Mode = mode } };
        ulong lookups = Interlocked.Exchange(ref kernel.Lookups(index), 0);
        if (lookups > 0)
        {
            nodes.Forget(NodeIdentity.Of(RepositoryPath.Root.Key, in node), lookups);
        }
    }

    private static void Toggle(OpenFiles files, KernelShare kernel, int number, Random random)
    {
        ulong open = Interlocked.Exchange(ref kernel.Handle(number), 0);
        if (open != 0)
        {
            files.Release(open);
            return;
        }

        ulong unique = (ulong)random.NextInt64(1, long.MaxValue);
        OpenFile file = files.Take(unique, out ulong handle);
        FileChunk[] chunks = ChunksOf(number);
        if (chunks.Length > 0)
        {
            file.Restore(chunks.Length * 100L, CompressionAlgorithm.Zlib, externalPath: null, chunks);
        }
        else
        {
            file.OpenWhole(attachment: null, number, HashOf(number), CompressionAlgorithm.Zlib, externalPath: null, OpenFile.NoObject);
        }

        if (random.Next(10) == 0 || !files.TryRecord(handle, unique, file))
        {
            files.Release(handle);
            return;
        }

        Volatile.Write(ref kernel.Handle(number), handle);
    }
}
