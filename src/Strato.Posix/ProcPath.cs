using System.Buffers.Text;

namespace Strato.Posix;

/// <summary>Names under /proc that stand for what this process holds.</summary>
internal static class ProcPath
{
    /// <summary>Writes <c>/proc/self/fd/N</c> and a NUL; 32 bytes are enough.</summary>
    public static void Descriptor(int value, Span<byte> destination)
    {
        ReadOnlySpan<byte> prefix = "/proc/self/fd/"u8;
        prefix.CopyTo(destination);
        Utf8Formatter.TryFormat(value, destination[prefix.Length..], out int digits);
        destination[prefix.Length + digits] = 0;
    }
}
