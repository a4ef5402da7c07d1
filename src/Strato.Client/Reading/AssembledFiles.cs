using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Threading.Channels;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Storage.Cache;

namespace Strato.Client.Reading;

/// <summary>
/// Files that are stored in chunks, put together in the cache once somebody has read one of them from beginning to end, so that the kernel can read it by
/// itself from then on. Done one after the other in the background; the chunks stay, and give way first, as they are not used any more.
/// Safe on all threads.
/// </summary>
internal sealed class AssembledFiles : IAsyncDisposable
{
    private const int QueueLength = 16;

    // Of each chunk: its hash, the hash's algorithm, its length.
    private const int ChunkFacts = ObjectHash.DigestLength + 1 + sizeof(long);

    private readonly long minimum;
    private readonly Action<string> notice;
    private readonly Channel<Order> orders = Channel.CreateBounded<Order>(new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource stop = new();
    private readonly Task work;

    /// <summary>Starts without any.</summary>
    /// <param name="minimum">The length in bytes of the smallest file that is worth it.</param>
    /// <param name="notice">Told in one line of a disk that fails.</param>
    public AssembledFiles(long minimum, Action<string> notice)
    {
        this.minimum = minimum;
        this.notice = notice;
        work = Task.Run(RunAsync);
    }

    /// <summary>Opens the whole file where it has been put together. The descriptor is the caller's.</summary>
    public bool TryOpen(OpenFile file, out int descriptor)
    {
        descriptor = -1;
        return IsWorthIt(file) && file.Attachment!.Source.TryOpen(NameOf(file), file.Size, out descriptor);
    }

    /// <summary>Has a file put together that was read to its end. Never waits.</summary>
    public void Offer(OpenFile file)
    {
        if (!IsWorthIt(file) || file.Attachment is not { } attachment)
        {
            return;
        }

        CachedObject name = NameOf(file);
        if (attachment.Source.Contains(in name))
        {
            return;
        }

        CachePart[] parts = new CachePart[file.ChunkCount];
        for (int index = 0; index < parts.Length; index++)
        {
            parts[index] = new CachePart(ReadAhead.ContentOf(file, index), file.ChunkAt(index).Size);
        }

        _ = orders.Writer.TryWrite(new Order(attachment.Source, name, parts));
    }

    public async ValueTask DisposeAsync()
    {
        orders.Writer.Complete();
        await stop.CancelAsync();
        await work;
        stop.Dispose();
    }

    /// <summary>
    /// The name of the whole file: the chunks' hashes and lengths and the compression determine its bytes, so SHA-256 of them, cut to a hash's length, names it.
    /// </summary>
    internal static CachedObject NameOf(OpenFile file)
    {
        int length = 1 + (file.ChunkCount * ChunkFacts);
        byte[] facts = ArrayPool<byte>.Shared.Rent(length);
        facts[0] = (byte)file.Compression;
        for (int index = 0; index < file.ChunkCount; index++)
        {
            ref readonly FileChunk chunk = ref file.ChunkAt(index);
            ObjectHash hash = chunk.Hash;
            Span<byte> target = facts.AsSpan(1 + (index * ChunkFacts), ChunkFacts);
            hash.Bytes.CopyTo(target);
            target[ObjectHash.DigestLength] = (byte)hash.Algorithm;
            BinaryPrimitives.WriteInt64LittleEndian(target[(ObjectHash.DigestLength + 1)..], chunk.Size);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(facts.AsSpan(0, length), digest);
        ArrayPool<byte>.Shared.Return(facts);
        ObjectHash name = new(Core.Hashing.HashAlgorithm.Sha1, digest[..ObjectHash.DigestLength]);
        return new CachedObject(new ObjectName(name, ObjectKind.File), CompressionAlgorithm.None, IsAssembled: true);
    }

    private bool IsWorthIt(OpenFile file) => file.ChunkCount > 1 && file.Size >= minimum && file.ExternalPath is null;

    private async Task RunAsync()
    {
        try
        {
            await foreach (Order order in orders.Reader.ReadAllAsync(stop.Token))
            {
                Assemble(order);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The mount ends.
        }
    }

    private void Assemble(Order order)
    {
        try
        {
            _ = order.Source.Assemble(order.Name, order.Parts, stop.Token);
        }
        catch (StratoException error)
        {
            notice($"a large file stays in pieces in the cache: {error.Message}");
        }
    }

    private sealed record Order(IContentSource Source, CachedObject Name, CachePart[] Parts);
}
