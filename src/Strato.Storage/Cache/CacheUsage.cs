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

    private readonly FileDescriptor file;
    private readonly MemoryMap map;

    private CacheUsage(FileDescriptor file, MemoryMap map, in FileStatus status)
    {
        this.file = file;
        this.map = map;
        Identity = (status.Device, status.Inode);
    }

    /// <summary>Which file is mapped: the cache's counters for as long as its path leads there.</summary>
    public (ulong Device, ulong Inode) Identity { get; }

    /// <summary>False once somebody has cut the file short: it counts from zero then.</summary>
    public bool IsWhole => (ulong)Volatile.Read(ref Counter(0)) == Magic;

    public long Bytes => Volatile.Read(ref Counter(BytesOffset));

    public long Entries => Volatile.Read(ref Counter(EntriesOffset));

    /// <summary>Maps the file, after making a new one where it is missing or not whole.</summary>
    public static CacheUsage Open(CacheDirectory directory)
    {
        if (Map(directory, isNew: false) is { } present)
        {
            return present;
        }

        using FileDescriptor maintenance = directory.TakeMaintenanceLock();
        return Map(directory, isNew: false) ?? Map(directory, isNew: true)!;
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

    public void Dispose()
    {
        map.Dispose();
        file.Dispose();
    }

    /// <summary>Null where the file is missing or not whole, unless it is to be made.</summary>
    private static CacheUsage? Map(CacheDirectory directory, bool isNew)
    {
        OpenFlags flags = OpenFlags.ReadWrite | OpenFlags.NoFollow | (isNew ? OpenFlags.Create : default);
        Errno errno = PosixFile.Open(directory.Root, "usage"u8, flags, out FileDescriptor? opened, mode: 0x180);
        if (errno == Errno.ENOENT && !isNew)
        {
            return null;
        }

        errno.ThrowIfFailed("opening the cache", directory.Location);
        MemoryMap? mapped = null;
        try
        {
            if (isNew)
            {
                Extend(opened!).ThrowIfFailed("opening the cache", directory.Location);
            }

            PosixFile.GetStatus(opened!, out FileStatus status).ThrowIfFailed("opening the cache", directory.Location);
            if (status.Size >= Length)
            {
                MemoryMap.Create(opened!, Length, writable: true, out mapped).ThrowIfFailed("opening the cache", directory.Location);
                CacheUsage usage = new(opened!, mapped!, in status);
                if (isNew)
                {
                    usage.Set(0, 0);
                    BinaryPrimitives.WriteUInt64LittleEndian(mapped!.Span, Magic);
                }

                if (BinaryPrimitives.ReadUInt64LittleEndian(mapped!.Span) == Magic)
                {
                    // A page that stays in memory cannot fail to be read when the disk does. Where locking is not allowed that risk remains.
                    _ = mapped.LockInMemory();
                    (opened, mapped) = (null, null);
                    return usage;
                }
            }

            return null;
        }
        finally
        {
            mapped?.Dispose();
            opened?.Dispose();
        }
    }

    /// <summary>Allocated, not only extended: a store into a hole of a full disk would end the process with SIGBUS.</summary>
    private static Errno Extend(FileDescriptor file)
    {
        Errno errno = PosixFile.Allocate(file, 0, Length);
        return errno == Errno.EOPNOTSUPP ? PosixFile.Truncate(file, Length) : errno;
    }

    private void Set(long bytes, long entries)
    {
        Volatile.Write(ref Counter(BytesOffset), bytes);
        Volatile.Write(ref Counter(EntriesOffset), entries);
    }

    private ref long Counter(int offset)
    {
        // Somebody may have cut the file short: beyond its end a mapping is a SIGBUS.
        if (PosixFile.GetStatus(file, out FileStatus status) == Errno.None && status.Size < Length)
        {
            _ = Extend(file);
        }

        return ref *(long*)(map.Address + offset);
    }
}
