using System.Buffers.Text;

namespace Strato.Posix;

/// <summary>Names under /proc that stand for what this process holds.</summary>
internal static class ProcPath
{
    /// <summary>Bytes that are enough for every such name and its NUL.</summary>
    public const int Size = 32;

    /// <summary>Writes <c>/proc/self/fd/N</c> and a NUL; the length without the NUL.</summary>
    public static int Descriptor(int value, Span<byte> destination)
    {
        ReadOnlySpan<byte> prefix = "/proc/self/fd/"u8;
        prefix.CopyTo(destination);
        Utf8Formatter.TryFormat(value, destination[prefix.Length..], out int digits);
        destination[prefix.Length + digits] = 0;
        return prefix.Length + digits;
    }
}
