namespace Strato.Publishing.Objects;

/// <summary>Counts objects that a store did not have before. Any thread may add and read.</summary>
internal sealed class ObjectCounter
{
    private long count;
    private long bytes;

    public long Count => Volatile.Read(ref count);

    /// <summary>Their stored bytes.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    public void Add(long length)
    {
        Interlocked.Increment(ref count);
        Interlocked.Add(ref bytes, length);
    }
}
