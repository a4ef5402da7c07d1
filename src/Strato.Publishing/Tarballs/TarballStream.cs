using System.IO.Compression;
using Strato.Core;

namespace Strato.Publishing.Tarballs;

/// <summary>Finds out how a tarball is compressed. gzip is unpacked on the way; other formats are named, for a pipe to unpack them.</summary>
internal static class TarballStream
{
    private static readonly (byte[] Magic, string Name, string Program)[] Others =
    [
        ([0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], "xz", "xz -dc"),
        ([0x28, 0xb5, 0x2f, 0xfd], "zstd", "zstd -dc"),
        ([(byte)'B', (byte)'Z', (byte)'h'], "bzip2", "bzip2 -dc"),
        ([(byte)'P', (byte)'K', 3, 4], "zip", "bsdtar -cf - @"),
    ];

    /// <summary>Returns the plain archive, which is to be disposed; the given stream stays the caller's.</summary>
    /// <param name="stream">What was given, at its beginning.</param>
    /// <param name="archive">What people call it.</param>
    /// <exception cref="StratoException">It is compressed with something that has to be unpacked before.</exception>
    public static Stream Open(Stream stream, string archive)
    {
        byte[] head = new byte[6];
        int length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        ReadOnlySpan<byte> start = head.AsSpan(0, length);
        foreach ((byte[] magic, string name, string program) in Others)
        {
            if (start.StartsWith(magic))
            {
                throw new StratoException($"{archive} is compressed with {name}; unpack it on the way: {program} FILE | strato ingest ... --tar -");
            }
        }

        Stream whole = new PrefixedStream(head[..length], stream);
        return start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }
}
