using System.Collections.Concurrent;

namespace Strato.Publishing.Pipeline;

/// <summary>
/// The blocks that all streams of a pipeline share: their number is the bound of what may wait for workers. Any thread may rent and
/// return.
/// </summary>
internal sealed class BlockPool : IDisposable
{
    /// <summary>Bytes of one block.</summary>
    public const int BlockLength = 256 * 1024;

    private readonly SemaphoreSlim free;
    private readonly ConcurrentBag<byte[]> blocks = [];

    public BlockPool(int bytes) => free = new SemaphoreSlim(Math.Max(2, bytes / BlockLength));

    /// <summary>Waits for a block. Who rents returns it, or hands that duty on with it.</summary>
    public byte[] Rent(CancellationToken cancellation)
    {
        free.Wait(cancellation);
        return blocks.TryTake(out byte[]? block) ? block : GC.AllocateUninitializedArray<byte>(BlockLength);
    }

    public void Return(byte[] block)
    {
        blocks.Add(block);
        free.Release();
    }

    public void Dispose() => free.Dispose();
}
