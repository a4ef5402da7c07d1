using System.Security.Cryptography;
using Strato.Core;
using Strato.Posix;
using Strato.Storage.Objects;

namespace Strato.Storage.Local;

/// <summary>Finds and reads the objects in a storage directory. Thread-safe.</summary>
internal sealed class LocalTree(FileDescriptor root, string location)
{
    /// <summary>What a store tells of a file.</summary>
    public static ObjectStatus StatusOf(in FileStatus status) => new(
        status.Size,
        DateTimeOffset.FromUnixTimeSeconds(status.ModificationTime.Seconds)
            .AddTicks(status.ModificationTime.Nanoseconds / TimeSpan.NanosecondsPerTick));

    /// <summary>The version of a mutable object: a digest of its bytes, so that a change by the genuine tools is seen as one.</summary>
    public static ObjectVersion VersionOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return new ObjectVersion(Convert.ToHexStringLower(digest));
    }

    /// <summary>The status of an object, null where it is absent.</summary>
    public FileStatus? Find(string key, CancellationToken cancellationToken)
    {
        ObjectKey.Require(key);
        cancellationToken.ThrowIfCancellationRequested();
        Errno errno = PosixPath.GetStatus(root, StoragePaths.Encode(key, stackalloc byte[StoragePaths.EncodedLength]), out FileStatus status);
        if (errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }

        errno.ThrowIfFailed($"looking for {key}", location);
        return status.Type == FileType.Regular ? status : null;
    }

    /// <summary>Opens an object with its status, null where it is absent.</summary>
    public FileDescriptor? OpenObject(string key, CancellationToken cancellationToken, out FileStatus status)
    {
        ObjectKey.Require(key);
        cancellationToken.ThrowIfCancellationRequested();
        status = default;
        Span<byte> buffer = stackalloc byte[StoragePaths.EncodedLength];
        Errno errno = PosixFile.Open(root, StoragePaths.Encode(key, buffer), OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file);
        if (errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }

        errno.ThrowIfFailed($"opening {key}", location);
        errno = PosixFile.GetStatus(file!, out status);
        if (errno == Errno.None && status.Type == FileType.Regular)
        {
            return file;
        }

        file!.Dispose();
        errno.ThrowIfFailed($"opening {key}", location);
        return null;
    }

    /// <summary>Reads a mutable object whole, null where it is absent.</summary>
    public VersionedBytes? Read(string key, int maximumLength)
    {
        using FileDescriptor? file = OpenObject(key, CancellationToken.None, out FileStatus status);
        if (file is null)
        {
            return null;
        }

        if (status.Size > maximumLength)
        {
            throw new StratoException($"reading {key} in {location} failed: its {status.Size} bytes are more than the {maximumLength} allowed");
        }

        byte[] bytes = new byte[status.Size];
        PosixFile.ReadFullyAt(file, bytes, 0, out int count).ThrowIfFailed($"reading {key}", location);
        return count == bytes.Length
            ? new VersionedBytes(bytes, VersionOf(bytes))
            : throw new StratoException($"reading {key} in {location} failed: it is being written in place by another program; try again");
    }
}
