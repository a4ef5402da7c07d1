using System.Buffers.Binary;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// The counters that all processes on one cache share, in a mapped file: bytes used and entries. They are added to before an entry
/// becomes visible and taken from after it is gone, so a process that dies in between makes them too large, never too small; a recount
/// mends that.
/// </summary>
internal sealed unsafe class CacheUsage : IDisposable
{
    private const int Length = 4096;
    private const ulong Magic = 0x3145_4741_5355_5453; // "STUSAGE1"
    private const int BytesOffset = 8;
    private const int EntriesOffset = 16;

    /// <summary>A ring of hours since 1970, each with the evictions in it.</summary>
    private const int HoursOffset = 64;
    private const int Hours = 48;
    private const int SecondsInHour = 3600;

    private readonly MemoryMap map;

    private CacheUsage(MemoryMap map, in FileStatus file)
    {
        this.map = map;
        File = (file.Device, file.Inode);
    }

    /// <summary>Which file is mapped: the cache's counters for as long as its path leads there.</summary>
    public (ulong Device, ulong Inode) File { get; }

    public long Bytes => Volatile.Read(ref Counter(BytesOffset));

    public long Entries => Volatile.Read(ref Counter(EntriesOffset));

    /// <summary>Maps the file, after making a new one where it is missing or not whole. Under the maintenance lock.</summary>
    public static CacheUsage Open(FileDescriptor root, string location)
    {
        PosixFile.Open(root, "usage"u8, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, out FileDescriptor? file, mode: 0x180)
            .ThrowIfFailed("opening the cache", location);
        using (file)
        {
            PosixFile.GetStatus(file!, out FileStatus status).ThrowIfFailed("opening the cache", location);
            if (status.Size < Length)
            {
                // Allocated, not only extended: a store into a hole of a full disk would end the process with SIGBUS.
                Errno errno = PosixFile.Allocate(file!, 0, Length);
                errno = errno == Errno.EOPNOTSUPP ? PosixFile.Truncate(file!, Length) : errno;
                errno.ThrowIfFailed("opening the cache", location);
            }

            MemoryMap.Create(file!, Length, writable: true, out MemoryMap? map).ThrowIfFailed("opening the cache", location);
            CacheUsage usage = new(map!, in status);
            if (BinaryPrimitives.ReadUInt64LittleEndian(map!.Span) != Magic)
            {
                usage.Set(0, 0);
                BinaryPrimitives.WriteUInt64LittleEndian(map.Span, Magic);
            }

            return usage;
        }
    }

    /// <summary>Counts an entry and answers the bytes used with it.</summary>
    public long Add(long bytes)
    {
        Interlocked.Increment(ref Counter(EntriesOffset));
        return Interlocked.Add(ref Counter(BytesOffset), bytes);
    }

    /// <summary>Takes an entry out of the counts.</summary>
    public void Remove(long bytes)
    {
        Interlocked.Decrement(ref Counter(EntriesOffset));
        Interlocked.Add(ref Counter(BytesOffset), -bytes);
    }

    /// <summary>Corrects the counters by what a recount found to differ.</summary>
    public void Adjust(long bytes, long entries)
    {
        Interlocked.Add(ref Counter(BytesOffset), bytes);
        Interlocked.Add(ref Counter(EntriesOffset), entries);
    }

    /// <summary>Counts an eviction. Under the maintenance lock.</summary>
    public void CountEviction(DateTimeOffset now)
    {
        long hour = now.ToUnixTimeSeconds() / SecondsInHour;
        int slot = HoursOffset + ((int)(hour % Hours) * 16);
        if (Volatile.Read(ref Counter(slot)) != hour)
        {
            Volatile.Write(ref Counter(slot + 8), 0);
            Volatile.Write(ref Counter(slot), hour);
        }

        Interlocked.Increment(ref Counter(slot + 8));
    }

    /// <summary>The evictions of all processes in the hours that began in a time before now, two days at most.</summary>
    public long EvictionsWithin(TimeSpan time, DateTimeOffset now)
    {
        long last = now.ToUnixTimeSeconds() / SecondsInHour;
        long first = (now - time).ToUnixTimeSeconds() / SecondsInHour;
        long count = 0;
        for (int slot = HoursOffset; slot < HoursOffset + (Hours * 16); slot += 16)
        {
            long hour = Volatile.Read(ref Counter(slot));
            count += hour >= first && hour <= last ? Volatile.Read(ref Counter(slot + 8)) : 0;
        }

        return count;
    }

    public void Dispose() => map.Dispose();

    private void Set(long bytes, long entries)
    {
        Volatile.Write(ref Counter(BytesOffset), bytes);
        Volatile.Write(ref Counter(EntriesOffset), entries);
    }

    private ref long Counter(int offset) => ref *(long*)(map.Address + offset);
}
