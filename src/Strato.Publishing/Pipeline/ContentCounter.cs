namespace Strato.Publishing.Pipeline;

/// <summary>Counts contents that were stored, new or not. Any thread may add and read.</summary>
internal sealed class ContentCounter
{
    private long count;
    private long bytes;

    public long Count => Volatile.Read(ref count);

    /// <summary>Their plain bytes.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    public void Add(long length)
    {
        Interlocked.Increment(ref count);
        Interlocked.Add(ref bytes, length);
    }
}
