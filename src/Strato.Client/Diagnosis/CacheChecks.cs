using System.Text;
using Strato.Client.Mounting;
using Strato.Core.Configuration;
using Strato.Posix;

namespace Strato.Client.Diagnosis;

/// <summary>Looks at the caches, without writing to them.</summary>
internal static class CacheChecks
{
    /// <summary>With less, a few programs push each other out.</summary>
    private const long SmallQuota = 1000L << 20;

    /// <summary>Each cache that a configuration names, once.</summary>
    public static IEnumerable<Finding> Run(IEnumerable<RepositoryConfiguration> configurations) =>
        configurations.GroupBy(one => one.CacheFolder, StringComparer.Ordinal).SelectMany(sharing => Check(sharing.Key, sharing.Min(one => one.QuotaLimit ?? long.MaxValue)));

    private static IEnumerable<Finding> Check(string folder, long quota)
    {
        string existing = folder;
        while (!Path.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        byte[] path = Encoding.UTF8.GetBytes(existing);
        Errno errno = Directory.Exists(existing) ? PosixPath.CheckAccess(path, AccessModes.Write | AccessModes.Execute) : Errno.ENOTDIR;
        if (errno != Errno.None)
        {
            yield return Finding.Problem(
                "cache", $"{folder} cannot be {(existing == folder ? "written" : "made")}: {existing}: {errno.Describe()}", "let this user write there, or choose another directory with CVMFS_CACHE_BASE or --cache");
            yield break;
        }

        if (quota < SmallQuota)
        {
            yield return Finding.Warning("cache", $"the quota of {folder} is only {MountStatusReport.Megabytes(quota)}", "set CVMFS_QUOTA_LIMIT to 4000 (megabytes) or more where the disk has that");
        }

        yield return CheckSpace(folder, path, quota);
    }

    private static Finding CheckSpace(string folder, byte[] existing, long quota)
    {
        Errno errno = PosixPath.GetFileSystemStatus(existing, out FileSystemStatus disk);
        if (errno != Errno.None)
        {
            return Finding.Problem("cache", $"the disk of {folder} has trouble: {errno.Describe()}", "look at the disk");
        }

        long free = (long)Math.Min(disk.BlocksAvailable, (ulong)(long.MaxValue / disk.BlockSize)) * disk.BlockSize;
        long size = (long)Math.Min(disk.Blocks, (ulong)(long.MaxValue / disk.BlockSize)) * disk.BlockSize;
        return disk is { Files: > 0, FilesFree: 0 } ? Finding.Problem("cache", $"the disk of {folder} has no inodes left", "remove files there, or choose another disk")
            : free < SmallQuota / 10 ? Finding.Problem("cache", $"the disk of {folder} has only {MountStatusReport.Megabytes(free)} left", "make room, or choose another disk with CVMFS_CACHE_BASE or --cache")
            : quota != long.MaxValue && quota > size ? Finding.Warning(
                "cache", $"the quota of {folder} ({MountStatusReport.Megabytes(quota)}) is more than its disk has ({MountStatusReport.Megabytes(size)})", "set CVMFS_QUOTA_LIMIT to what the cache may take of it")
            : Finding.Ok("cache", $"{folder} can be written, its disk has {MountStatusReport.Megabytes(free)} left{(quota == long.MaxValue ? ", and there is no quota" : $" and the quota is {MountStatusReport.Megabytes(quota)}")}");
    }
}
