using System.Globalization;
using System.Text;
using Strato.Core;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>Which directories a cache consists of, and the file that says so.</summary>
internal sealed class CacheLayout(FileDescriptor root, string location)
{
    private const string Version = "strato-cache 1\n";
    private const uint OwnerOnly = 0x1C0; // 0700
    private const uint OwnerFile = 0x180; // 0600

    /// <summary>True where the directory is a cache of this version.</summary>
    public bool IsThere => Read() == Version;

    /// <summary>Makes the layout, or what is missing of it, and drops what dead processes staged. Only for the one opening that there is.</summary>
    /// <returns>True where there was a cache already.</returns>
    /// <exception cref="StratoException">The directory is no cache of this version, or cannot be written.</exception>
    public bool Prepare()
    {
        string found = Read();
        if (found.Length != 0 && found != Version)
        {
            throw new StratoException(
                $"opening the cache {location} failed: its layout '{Shown.Text(found.Trim())}' is not '{Version.Trim()}'; "
                + "name another directory or remove this one");
        }

        if (found.Length == 0)
        {
            RequireEmpty();
        }

        Complete();
        SweepStaged();
        return found.Length != 0;
    }

    /// <summary>Makes what is missing.</summary>
    public void Complete()
    {
        Span<byte> name = stackalloc byte[2];
        for (int shard = 0; shard < 256; shard++)
        {
            _ = shard.TryFormat(name, out _, "x2", CultureInfo.InvariantCulture);
            MakeDirectory(name);
        }

        MakeDirectory("txn"u8);
        MakeDirectory("repositories"u8);
        if (!IsThere)
        {
            // The last step: without it the directory is none yet.
            DurableFile.Replace(root, "layout"u8, Encoding.ASCII.GetBytes(Version), OwnerFile).ThrowIfFailed("creating the cache", location);
        }
    }

    /// <summary>Reads a file of the cache's; empty where it is missing.</summary>
    public static byte[] ReadSmallFile(FileDescriptor root, string location, ReadOnlySpan<byte> name, int maximumLength)
    {
        Errno errno = PosixFile.Open(root, name, OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file);
        if (errno == Errno.ENOENT)
        {
            return [];
        }

        errno.ThrowIfFailed("opening the cache", location);
        using (file)
        {
            byte[] bytes = new byte[maximumLength];
            PosixFile.ReadFullyAt(file!, bytes, 0, out int count).ThrowIfFailed("opening the cache", location);
            return bytes[..count];
        }
    }

    private static bool IsOwnFile(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("lock"u8) || name.SequenceEqual("layout.new"u8) || name.SequenceEqual("usage"u8) || name.SequenceEqual("session"u8)
        || name.SequenceEqual("session.new"u8) || name.SequenceEqual("maintenance"u8) || name.SequenceEqual("scrub"u8);

    private string Read() => Encoding.Latin1.GetString(ReadSmallFile(root, location, "layout"u8, Version.Length + 64));

    private void RequireEmpty()
    {
        PosixFile.Open(root, "."u8, OpenFlags.Directory, out FileDescriptor? listed).ThrowIfFailed("creating the cache", location);
        using (listed)
        {
            using DirectoryReader reader = new(listed!);
            while (true)
            {
                reader.Read(out DirectoryItem item, out bool found).ThrowIfFailed("creating the cache", location);
                if (!found)
                {
                    return;
                }

                // A making that broke off leaves directories, a removal that broke off any of ours; anything else is somebody's data.
                if (item.Type != FileType.Directory && !IsOwnFile(item.Name))
                {
                    throw new StratoException($"creating the cache {location} failed: the directory holds other files; name an empty one");
                }
            }
        }
    }

    private void MakeDirectory(ReadOnlySpan<byte> name)
    {
        Errno errno = PosixPath.MakeDirectory(root, name, OwnerOnly);
        if (errno is not Errno.None and not Errno.EEXIST)
        {
            throw StorageFailure.Make("creating the cache", location, errno);
        }
    }

    private void SweepStaged()
    {
        PosixFile.Open(root, "txn"u8, OpenFlags.Directory, out FileDescriptor? staging).ThrowIfFailed("opening the cache", location);
        using (staging)
        {
            using DirectoryReader reader = new(staging!);
            while (true)
            {
                reader.Read(out DirectoryItem item, out bool found).ThrowIfFailed("opening the cache", location);
                if (!found)
                {
                    return;
                }

                // Only the first opening sweeps, so nobody who is alive is writing here.
                _ = PosixPath.Unlink(staging!, item.Name);
            }
        }
    }
}
