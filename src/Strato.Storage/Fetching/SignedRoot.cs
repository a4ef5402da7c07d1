using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Strato.Storage.Fetching;

/// <summary>
/// The three signed things that a root is verified with, as servers send them. On disk they are one file, so that a new manifest never
/// stands beside an old certificate: eight bytes of magic, then each with its length before it (32 bits, little-endian).
/// </summary>
/// <param name="Manifest">The content of <c>.cvmfspublished</c>.</param>
/// <param name="Whitelist">The content of <c>.cvmfswhitelist</c>.</param>
/// <param name="Certificate">The stored bytes of the certificate's object.</param>
internal sealed record SignedRoot(ReadOnlyMemory<byte> Manifest, ReadOnlyMemory<byte> Whitelist, ReadOnlyMemory<byte> Certificate)
{
    /// <summary>The most bytes of each part.</summary>
    public const int MaximumPartLength = 1 << 20;

    /// <summary>The most bytes of a file.</summary>
    public const int MaximumLength = 8 + (3 * (4 + MaximumPartLength));

    private static ReadOnlySpan<byte> Magic => "STROOT1\n"u8;

    public static bool TryParse(ReadOnlyMemory<byte> file, [NotNullWhen(true)] out SignedRoot? root)
    {
        root = null;
        if (!file.Span.StartsWith(Magic))
        {
            return false;
        }

        file = file[Magic.Length..];
        if (!TryTake(ref file, out ReadOnlyMemory<byte> manifest)
            || !TryTake(ref file, out ReadOnlyMemory<byte> whitelist)
            || !TryTake(ref file, out ReadOnlyMemory<byte> certificate)
            || !file.IsEmpty)
        {
            return false;
        }

        root = new SignedRoot(manifest, whitelist, certificate);
        return true;
    }

    public byte[] Format()
    {
        byte[] file = new byte[Magic.Length + 12 + Manifest.Length + Whitelist.Length + Certificate.Length];
        Magic.CopyTo(file);
        Span<byte> rest = file.AsSpan(Magic.Length);
        Put(ref rest, Manifest.Span);
        Put(ref rest, Whitelist.Span);
        Put(ref rest, Certificate.Span);
        return file;
    }

    private static bool TryTake(ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> part)
    {
        part = default;
        if (rest.Length < 4)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest.Span);
        if (length > MaximumPartLength || length > rest.Length - 4)
        {
            return false;
        }

        part = rest.Slice(4, (int)length);
        rest = rest[(4 + (int)length)..];
        return true;
    }

    private static void Put(ref Span<byte> rest, ReadOnlySpan<byte> part)
    {
        BinaryPrimitives.WriteInt32LittleEndian(rest, part.Length);
        part.CopyTo(rest[4..]);
        rest = rest[(4 + part.Length)..];
    }
}
