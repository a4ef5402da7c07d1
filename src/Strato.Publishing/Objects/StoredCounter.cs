namespace Strato.Publishing.Objects;

/// <summary>Counts what was stored, and its bytes. Any thread may add and read.</summary>
internal sealed class StoredCounter
{
    private long count;
    private long bytes;

    public long Count => Volatile.Read(ref count);

    public long Bytes => Volatile.Read(ref bytes);

    public void Add(long length)
    {
        Interlocked.Increment(ref count);
        Interlocked.Add(ref bytes, length);
    }
}
