using System.Text;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// A cache's directory as it was opened, with everything that works on it. Where somebody removes the directory under a running process,
/// a new opening takes its place (<see cref="ObjectCache"/>); calls that are under way on the old one fail without harm. Thread-safe.
/// </summary>
internal sealed class CacheOpening : IDisposable
{
    private readonly byte[] usagePath;
    private readonly (ulong Device, ulong Inode) usageFile;

    private CacheOpening(CacheDirectory directory, CacheUsage usage, CacheOptions options)
    {
        Directory = directory;
        Usage = usage;
        Entries = new CacheEntries(directory, usage, options);
        Eviction = new CacheEviction(directory, usage, options);
        Admission = new CacheAdmission(usage, Entries, Eviction, options);
        usagePath = Encoding.UTF8.GetBytes(directory.Location + "/usage");
        usageFile = usage.Identity;
    }

    public CacheDirectory Directory { get; }

    public CacheUsage Usage { get; }

    public CacheEntries Entries { get; }

    public CacheEviction Eviction { get; }

    public CacheAdmission Admission { get; }

    /// <summary>
    /// True while the cache's path still leads to this directory and its counters: two status calls, 1.5 µs. Not that all directories in it are
    /// there.
    /// </summary>
    public bool IsInPlace =>
        PosixPath.GetStatus(null, usagePath, out FileStatus status) == Errno.None && (status.Device, status.Inode) == usageFile && Usage.IsWhole;

    public static CacheOpening Open(CacheOptions options)
    {
        CacheDirectory opened = CacheDirectory.Open(options);
        try
        {
            return new CacheOpening(opened, CacheUsage.Open(opened), options);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Usage.Dispose();
        Directory.Dispose();
    }
}
