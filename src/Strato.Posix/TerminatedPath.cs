using System.Buffers;

namespace Strato.Posix;

/// <summary>
/// A NUL-terminated copy of a byte path for one system call, on the caller's stack where it fits and from the pool otherwise. A path that
/// itself holds a NUL would silently name another file, so it is not <see cref="IsValid"/> and its call fails with EINVAL.
/// </summary>
internal readonly ref struct TerminatedPath
{
    /// <summary>What callers put on their stack: nearly every path fits.</summary>
    public const int StackSize = 512;

    private readonly Span<byte> bytes;
    private readonly byte[]? rented;

    public TerminatedPath(ReadOnlySpan<byte> path, Span<byte> stack)
    {
        IsValid = !path.Contains((byte)0);
        if (path.Length < stack.Length)
        {
            bytes = stack;
        }
        else
        {
            rented = ArrayPool<byte>.Shared.Rent(path.Length + 1);
            bytes = rented;
        }

        path.CopyTo(bytes);
        bytes[path.Length] = 0;
    }

    public bool IsValid { get; }

    public ref byte GetPinnableReference() => ref bytes[0];

    public void Dispose()
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
