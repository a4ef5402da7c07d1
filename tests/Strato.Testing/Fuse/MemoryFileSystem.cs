using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Testing.Fuse;

/// <summary>
/// Serves a <see cref="MemoryTree"/>: a file system without storage, for tests and measurements of the protocol layer. Warm requests allocate
/// nothing, so whatever the process allocates under load comes from the layer.
/// </summary>
public sealed class MemoryFileSystem : IFuseFileSystem
{
    private const ulong ForEver = 1_000_000;

    private readonly MemoryTree tree;
    private readonly LateAnswers late;
    private readonly int[] counts = new int[64];
    private readonly long[] lookups;
    private int interrupted;

    public MemoryFileSystem(MemoryTree tree, LateAnswers late)
    {
        this.tree = tree;
        this.late = late;
        lookups = new long[tree.Count + 1];
    }

    /// <summary>1, or 2 once the <see cref="MemoryNode.Successor"/>s are shown.</summary>
    public int Revision { get; set; } = 1;

    /// <summary>Seconds that the kernel may keep names and attributes.</summary>
    public ulong Validity { get; set; } = ForEver;

    public FuseNegotiation Negotiated { get; private set; }

    /// <summary>Requests whose callers were killed.</summary>
    public int InterruptedCount => interrupted;

    /// <summary>Told when INIT is settled.</summary>
    public Action<FuseNegotiation>? OnInitialize { get; init; }

    public bool IsDestroyed { get; private set; }

    /// <summary>How often an opcode came.</summary>
    public int Count(FuseOpcode opcode) => Volatile.Read(ref counts[(int)opcode]);

    public void ResetCounts() => Array.Clear(counts);

    /// <summary>What the kernel holds of a node as far as LOOKUP, READDIRPLUS and FORGET tell.</summary>
    public long Lookups(ulong nodeId) => Volatile.Read(ref lookups[nodeId]);

    public void Initialize(in FuseNegotiation negotiated)
    {
        Negotiated = negotiated;
        OnInitialize?.Invoke(negotiated);
    }

    public void Destroy() => IsDestroyed = true;

    public FuseStatus Lookup(in FuseRequest request, ReadOnlySpan<byte> name, ref FuseEntryOut entry)
    {
        Tally(request);
        if (Content(request.NodeId) is not { } parent)
        {
            return Errno.ESTALE;
        }

        if (parent.Find(name) is not { } node)
        {
            // The kernel keeps the absence as it keeps an entry.
            entry.EntryValid = Validity;
            return FuseStatus.Ok;
        }

        Fill(node, ref entry);
        Hold(entry.NodeId);
        return Misbehave(request, node, MemoryBehavior.OnLookup, new LateAnswer(LateKind.Entry, entry));
    }

    public void Forget(ulong nodeId, ulong lookups)
    {
        Interlocked.Increment(ref counts[(int)FuseOpcode.Forget]);
        if (nodeId < (ulong)this.lookups.Length)
        {
            Interlocked.Add(ref this.lookups[nodeId], -(long)lookups);
        }
    }

    public FuseStatus GetAttr(in FuseRequest request, in FuseGetAttrIn arguments, ref FuseAttrOut attributes)
    {
        Tally(request);
        if (tree.Find(request.NodeId) is not { } node)
        {
            return Errno.ESTALE;
        }

        FuseEntryOut entry = default;
        Fill(node, ref entry);
        attributes.AttributesValid = Validity;
        attributes.Attributes = entry.Attributes;
        return Misbehave(request, node, MemoryBehavior.OnGetAttr, new LateAnswer(LateKind.Attributes, entry));
    }

    public FuseStatus ReadLink(in FuseRequest request, Span<byte> target, out int length)
    {
        Tally(request);
        length = 0;
        if (tree.Find(request.NodeId) is not { } node || (node.Mode & 0xF000) != (uint)FileType.SymbolicLink)
        {
            return Errno.EINVAL;
        }

        node.Content.CopyTo(target);
        length = node.Content.Length;
        return FuseStatus.Ok;
    }

    public FuseStatus Open(in FuseRequest request, in FuseOpenIn arguments, ref FuseOpenOut opened)
    {
        Tally(request);
        if (tree.Find(request.NodeId) is not { } node)
        {
            return Errno.ESTALE;
        }

        opened.Flags = Shows(node, MemoryBehavior.DirectIo) ? FuseOpenFlags.DirectIo : FuseOpenFlags.KeepCache;
        opened.Flags |= FuseOpenFlags.NoFlush;
        return Misbehave(request, node, MemoryBehavior.OnOpen, new LateAnswer(LateKind.Opened, default));
    }

    public FuseStatus Read(in FuseRequest request, in FuseReadIn arguments, Span<byte> data, out int length)
    {
        Tally(request);
        length = 0;
        if (tree.Find(request.NodeId) is not { } node)
        {
            return Errno.ESTALE;
        }

        int start = (int)Math.Min(arguments.Offset, (ulong)node.Content.Length);
        length = Math.Min(data.Length, node.Content.Length - start);
        node.Content.AsSpan(start, length).CopyTo(data);
        LateAnswer answer = new(LateKind.Data, default) { Content = node.Content, Start = start, Length = length };
        return Misbehave(request, node, MemoryBehavior.OnRead, answer);
    }

    public void Release(in FuseRequest request, in FuseReleaseIn arguments) => Tally(request);

    public FuseStatus OpenDir(in FuseRequest request, in FuseOpenIn arguments, ref FuseOpenOut opened)
    {
        Tally(request);
        return Negotiated.Has(FuseInitFlags.NoOpenDirSupport) ? Errno.ENOSYS : FuseStatus.Ok;
    }

    public FuseStatus ReadDir(in FuseRequest request, in FuseReadIn arguments, ref FuseDirectoryWriter entries) =>
        List(request, arguments, ref entries, plus: false);

    public FuseStatus ReadDirPlus(in FuseRequest request, in FuseReadIn arguments, ref FuseDirectoryWriter entries) =>
        List(request, arguments, ref entries, plus: true);

    public void ReleaseDir(in FuseRequest request, in FuseReleaseIn arguments) => Tally(request);

    public FuseStatus StatFs(in FuseRequest request, ref FuseStatFsOut status)
    {
        Tally(request);
        status.BlockSize = status.FragmentSize = 4096;
        status.NameLength = 255;
        status.Blocks = 1_000_000;
        status.Files = 123_456;
        return FuseStatus.Ok;
    }

    public FuseStatus GetXattr(in FuseRequest request, ReadOnlySpan<byte> name, Span<byte> value, out int length)
    {
        Tally(request);
        length = 0;
        foreach ((byte[] known, byte[] bytes) in AttributesOf(request.NodeId))
        {
            if (name.SequenceEqual(known))
            {
                bytes.CopyTo(value);
                length = bytes.Length;
                return FuseStatus.Ok;
            }
        }

        return Errno.ENODATA;
    }

    public FuseStatus ListXattr(in FuseRequest request, Span<byte> names, out int length)
    {
        Tally(request);
        length = 0;
        foreach ((byte[] name, _) in AttributesOf(request.NodeId))
        {
            name.CopyTo(names[length..]);
            names[length + name.Length] = 0;
            length += name.Length + 1;
        }

        return FuseStatus.Ok;
    }

    public void Interrupted(ulong unique) => Interlocked.Increment(ref interrupted);

    private FuseStatus List(in FuseRequest request, in FuseReadIn arguments, ref FuseDirectoryWriter entries, bool plus)
    {
        Tally(request);
        if (tree.Find(request.NodeId) is not { } node)
        {
            return Errno.ESTALE;
        }

        bool isLate = Shows(node, MemoryBehavior.Late);
        LateAnswer answer = default;
        if (isLate)
        {
            byte[] buffer = new byte[arguments.Size];
            FuseDirectoryWriter writer = new(buffer);
            Write(node, arguments.Offset, ref writer, plus);
            answer = new LateAnswer(LateKind.Data, default) { Content = buffer, Length = writer.Written };
        }
        else
        {
            Write(node, arguments.Offset, ref entries, plus);
        }

        return Misbehave(request, node, MemoryBehavior.OnRead, answer);
    }

    /// <summary>Cookies are positions: <c>.</c> is 1, <c>..</c> is 2, the first entry 3.</summary>
    private void Write(MemoryNode directory, ulong cookie, ref FuseDirectoryWriter writer, bool plus)
    {
        IReadOnlyList<MemoryNode> children = Content(directory.Id)!.Children;
        for (ulong next = cookie; next < (ulong)children.Count + 2; next++)
        {
            FuseEntryOut entry = default;
            MemoryNode node = next == 0 ? directory : next == 1 ? directory.Parent ?? directory : children[(int)next - 2];
            ReadOnlySpan<byte> name = next == 0 ? "."u8 : next == 1 ? ".."u8 : node.Name;
            Fill(node, ref entry);
            entry.NodeId = next < 2 ? 0 : entry.NodeId;
            bool fits = plus
                ? writer.TryAddPlus(name, entry, next + 1)
                : writer.TryAdd(name, entry.Attributes.Inode, entry.Attributes.Mode, next + 1);
            if (!fits)
            {
                return;
            }

            if (plus && next >= 2)
            {
                Hold(entry.NodeId);
            }
        }
    }

    private FuseStatus Misbehave(in FuseRequest request, MemoryNode node, MemoryBehavior when, in LateAnswer answer)
    {
        if (!Shows(node, when))
        {
            return FuseStatus.Ok;
        }

        if (Shows(node, MemoryBehavior.Throws))
        {
            throw new InvalidOperationException("this file is broken on purpose");
        }

        FuseCompletion completion = request.Defer();
        if (Shows(node, MemoryBehavior.Late))
        {
            late.Add(completion, answer);
        }

        return FuseStatus.Deferred;
    }

    private (byte[] Name, byte[] Value)[] AttributesOf(ulong nodeId) => tree.Find(nodeId)?.Attributes ?? [];

    /// <summary>The directory whose entries a node shows now.</summary>
    private MemoryNode? Content(ulong nodeId)
    {
        MemoryNode? node = tree.Find(nodeId);
        return Revision == 1 ? node : node?.Successor ?? node;
    }

    private void Fill(MemoryNode node, ref FuseEntryOut entry)
    {
        // A directory keeps its number over revisions; a file with other content has another one.
        ulong id = (node.Predecessor ?? node).Id;
        entry.NodeId = id;
        entry.EntryValid = entry.AttributesValid = Validity;
        ref FuseAttr attributes = ref entry.Attributes;
        attributes.Inode = id;
        attributes.Mode = node.Mode;
        attributes.Size = (ulong)node.Content.Length;
        attributes.Blocks = (ulong)(node.Content.Length + 511) / 512;
        attributes.BlockSize = 4096;
        attributes.LinkCount = node.LinkCount;
        attributes.Uid = node.Uid;
        attributes.Gid = node.Gid;
        attributes.RawDevice = node.RawDevice;
        attributes.ModificationTime = attributes.ChangeTime = attributes.AccessTime = (ulong)node.ModificationTime.Seconds;
        attributes.ModificationTimeNanoseconds = attributes.ChangeTimeNanoseconds = attributes.AccessTimeNanoseconds =
            node.ModificationTime.Nanoseconds;
    }

    // HasFlag boxes until the compiler has optimized it, which tests that count allocations would see.
    private static bool Shows(MemoryNode node, MemoryBehavior behavior) => (node.Behavior & behavior) != MemoryBehavior.None;

    private void Hold(ulong nodeId) => Interlocked.Increment(ref lookups[nodeId]);

    private void Tally(in FuseRequest request) => Interlocked.Increment(ref counts[(int)request.Opcode]);
}
