using System.Buffers;
using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>
/// Extended attributes of a path (of a symbolic link itself) or of an open file. Names are bytes such as <c>user.comment</c>; values are any
/// bytes up to 64 KiB. Values and lists come as new arrays.
/// </summary>
public static unsafe class ExtendedAttributes
{
    /// <summary>The kernel's limit of a value and of a list of names (XATTR_SIZE_MAX, XATTR_LIST_MAX), in bytes.</summary>
    public const int MaxSize = 64 * 1024;

    /// <summary>Reads a value; ENODATA where there is no such attribute, EOPNOTSUPP where the file system has none at all.</summary>
    public static Errno Get(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, out byte[] value)
    {
        value = [];
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        using TerminatedPath attribute = new(name, stackalloc byte[TerminatedPath.StackSize]);
        if (!terminated.IsValid || !attribute.IsValid)
        {
            return Errno.EINVAL;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxSize);
        try
        {
            fixed (byte* native = terminated, key = attribute, output = buffer)
            {
                return Take(LibCXattr.LGet(native, key, output, MaxSize), buffer, out value);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads a value of an open file (not one opened with <see cref="OpenFlags.Path"/>).</summary>
    public static Errno Get(FileDescriptor file, ReadOnlySpan<byte> name, out byte[] value)
    {
        value = [];
        using TerminatedPath attribute = new(name, stackalloc byte[TerminatedPath.StackSize]);
        if (!attribute.IsValid)
        {
            return Errno.EINVAL;
        }

        using DescriptorLease lease = new(file);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxSize);
        try
        {
            fixed (byte* key = attribute, output = buffer)
            {
                return Take(LibCXattr.FGet(lease.Value, key, output, MaxSize), buffer, out value);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The names, each ended by a NUL.</summary>
    public static Errno List(ReadOnlySpan<byte> path, out byte[] names)
    {
        names = [];
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        if (!terminated.IsValid)
        {
            return Errno.EINVAL;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxSize);
        try
        {
            fixed (byte* native = terminated, output = buffer)
            {
                return Take(LibCXattr.LList(native, output, MaxSize), buffer, out names);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The names of an open file's attributes, each ended by a NUL.</summary>
    public static Errno List(FileDescriptor file, out byte[] names)
    {
        using DescriptorLease lease = new(file);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxSize);
        try
        {
            fixed (byte* output = buffer)
            {
                return Take(LibCXattr.FList(lease.Value, output, MaxSize), buffer, out names);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Sets or replaces a value.</summary>
    public static Errno Set(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        using TerminatedPath attribute = new(name, stackalloc byte[TerminatedPath.StackSize]);
        fixed (byte* native = terminated, key = attribute, content = value)
        {
            return terminated.IsValid && attribute.IsValid
                ? LibC.Check(LibCXattr.LSet(native, key, content, (nuint)value.Length, 0))
                : Errno.EINVAL;
        }
    }

    /// <summary>Sets or replaces a value of an open file.</summary>
    public static Errno Set(FileDescriptor file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        using TerminatedPath attribute = new(name, stackalloc byte[TerminatedPath.StackSize]);
        using DescriptorLease lease = new(file);
        fixed (byte* key = attribute, content = value)
        {
            return attribute.IsValid ? LibC.Check(LibCXattr.FSet(lease.Value, key, content, (nuint)value.Length, 0)) : Errno.EINVAL;
        }
    }

    private static Errno Take(nint count, byte[] buffer, out byte[] bytes)
    {
        Errno errno = LibC.Check(count);
        bytes = errno == Errno.None ? buffer.AsSpan(0, (int)count).ToArray() : [];
        return errno;
    }
}
