namespace Strato.Publishing.Pipeline;

/// <summary>Counts what a pipeline has done. Safe to read while it runs.</summary>
internal sealed class PipelineStatistics
{
    private long files;
    private long plainBytes;
    private long newObjects;
    private long newBytes;

    /// <summary>Contents that were stored.</summary>
    public long Files => Volatile.Read(ref files);

    /// <summary>Their plain bytes.</summary>
    public long PlainBytes => Volatile.Read(ref plainBytes);

    /// <summary>Objects that the store did not have.</summary>
    public long NewObjects => Volatile.Read(ref newObjects);

    /// <summary>Their encoded bytes.</summary>
    public long NewBytes => Volatile.Read(ref newBytes);

    public void AddFile(long bytes)
    {
        Interlocked.Increment(ref files);
        Interlocked.Add(ref plainBytes, bytes);
    }

    public void AddObject(long bytes)
    {
        Interlocked.Increment(ref newObjects);
        Interlocked.Add(ref newBytes, bytes);
    }
}
