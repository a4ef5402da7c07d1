namespace Strato.Publishing.Replication;

/// <summary>Counts what a snapshot does. Any thread may add and read.</summary>
internal sealed class SnapshotCounter
{
    private long catalogs;
    private long objects;
    private long newObjects;
    private long newBytes;

    public SnapshotCounts Counts =>
        new(Volatile.Read(ref catalogs), Volatile.Read(ref objects), Volatile.Read(ref newObjects), Volatile.Read(ref newBytes));

    public void AddCatalog() => Interlocked.Increment(ref catalogs);

    public void AddObject() => Interlocked.Increment(ref objects);

    public void AddNew(long bytes)
    {
        Interlocked.Increment(ref newObjects);
        Interlocked.Add(ref newBytes, bytes);
    }
}
