using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Core.Manifests;

/// <summary>The manifest's line format.</summary>
internal static class ManifestText
{
    private const int KeyHexLength = 32;

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Manifest? manifest, [NotNullWhen(false)] out string? problem)
    {
        manifest = null;
        if (bytes.Length > Manifest.MaxLength)
        {
            problem = $"it has {bytes.Length} bytes, more than {Manifest.MaxLength}";
            return false;
        }

        Fields fields = default;
        List<ManifestField> unknown = [];
        while (NextLine(ref bytes, out ReadOnlySpan<byte> line) && !line.SequenceEqual("--"u8))
        {
            if (!line.IsEmpty && !fields.TryRead(line[0], line[1..], unknown))
            {
                problem = $"its line {BytesText.Escape(line[..Math.Min(line.Length, 80)])} has no valid value";
                return false;
            }
        }

        char missing = fields.Catalog is null ? 'C' : fields.RootPath is null ? 'R' : fields.Ttl is null ? 'D' : fields.Revision is null ? 'S' : default;
        if (missing != default)
        {
            problem = $"it lacks the field {missing}";
            return false;
        }

        manifest = fields.ToManifest(unknown);
        problem = null;
        return true;
    }

    public static void Write(Manifest manifest, IBufferWriter<byte> text)
    {
        Line(text, 'C', manifest.RootCatalog);
        Line(text, 'B', manifest.RootCatalogSize);
        Line(text, 'R', ToHex(manifest.RootPath));
        Line(text, 'D', (long)manifest.Ttl.TotalSeconds);
        Line(text, 'S', manifest.Revision);
        Line(text, 'G', manifest.IsGarbageCollectable ? "yes" : "no");
        Line(text, 'A', manifest.HasAlternativePaths ? "yes" : "no");
        Line(text, 'L', manifest.MicroCatalog);
        if (manifest.RepositoryName.Length > 0)
        {
            Line(text, 'N', manifest.RepositoryName);
        }

        Line(text, 'X', manifest.Certificate);
        Line(text, 'H', manifest.History);
        if (manifest.Timestamp > 0)
        {
            Line(text, 'T', manifest.Timestamp);
        }

        Line(text, 'M', manifest.MetaInfo);
        Line(text, 'Y', manifest.Reflog);
        foreach (ManifestField field in manifest.UnknownFields)
        {
            text.Write([field.Key]);
            text.Write(field.Value.Span);
            text.Write("\n"u8);
        }
    }

    /// <summary>Takes one line; a last one without a newline is none, as for the genuine reader.</summary>
    private static bool NextLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        int end = rest.IndexOf((byte)'\n');
        line = end < 0 ? default : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return end >= 0;
    }

    private static void Line<T>(IBufferWriter<byte> text, char key, T? value) =>
        _ = value is null ? 0 : Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key}{value}\n"), text);

    private static string ToHex(PathKey key)
    {
        Span<byte> digest = stackalloc byte[KeyHexLength / 2];
        BinaryPrimitives.WriteInt64LittleEndian(digest, key.First);
        BinaryPrimitives.WriteInt64LittleEndian(digest[8..], key.Second);
        return Convert.ToHexStringLower(digest);
    }

    private static PathKey? FromHex(ReadOnlySpan<byte> hex)
    {
        Span<byte> digest = stackalloc byte[KeyHexLength / 2];
        return hex.Length == KeyHexLength && Convert.FromHexString(hex, digest, out _, out _) == OperationStatus.Done
            ? new PathKey(BinaryPrimitives.ReadInt64LittleEndian(digest), BinaryPrimitives.ReadInt64LittleEndian(digest[8..]))
            : null;
    }

    private static long? ToInt64(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out long value, out int used) && used == digits.Length && value >= 0 ? value : null;

    private static ulong? ToUInt64(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out ulong value, out int used) && used == digits.Length ? value : null;

    private static ObjectHash? ToHash(ReadOnlySpan<byte> text) => ObjectHash.TryParse(text, out ObjectHash hash) && !hash.IsNull ? hash : null;

    private static string? ToName(ReadOnlySpan<byte> text) => Ascii.IsValid(text) && !text.ContainsAnyInRange((byte)0, (byte)' ') ? Encoding.ASCII.GetString(text) : null;

    private struct Fields
    {
        public ObjectHash? Catalog;
        public PathKey? RootPath;
        public long? Ttl;
        public ulong? Revision;
        private long? size;
        private bool isGarbageCollectable;
        private bool hasAlternativePaths;
        private ObjectHash? microCatalog;
        private string? name;
        private ObjectHash? certificate;
        private ObjectHash? history;
        private long? timestamp;
        private ObjectHash? metaInfo;
        private ObjectHash? reflog;

        public bool TryRead(byte key, ReadOnlySpan<byte> value, List<ManifestField> unknown)
        {
            switch (key)
            {
                case (byte)'C':
                    return (Catalog = ToHash(value)) is not null;
                case (byte)'B':
                    return (size = ToInt64(value)) is not null;
                case (byte)'R':
                    return (RootPath = FromHex(value)) is not null;
                case (byte)'D':
                    return (Ttl = ToInt64(value)) is <= uint.MaxValue;
                case (byte)'S':
                    return (Revision = ToUInt64(value)) is not null;
                case (byte)'G':
                    isGarbageCollectable = value.SequenceEqual("yes"u8);
                    return true;
                case (byte)'A':
                    hasAlternativePaths = value.SequenceEqual("yes"u8);
                    return true;
                case (byte)'L':
                    return (microCatalog = ToHash(value)) is not null;
                case (byte)'N':
                    return (name = ToName(value)) is not null;
                case (byte)'X':
                    return (certificate = ToHash(value)) is not null;
                case (byte)'H':
                    return (history = ToHash(value)) is not null;
                case (byte)'T':
                    return (timestamp = ToInt64(value)) is not null;
                case (byte)'M':
                    return (metaInfo = ToHash(value)) is not null;
                case (byte)'Y':
                    return (reflog = ToHash(value)) is not null;
                default:
                    unknown.Add(new ManifestField(key, value.ToArray()));
                    return true;
            }
        }

        public readonly Manifest ToManifest(List<ManifestField> unknown) => new()
        {
            RootCatalog = Catalog!.Value,
            RootCatalogSize = size ?? 0,
            RootPath = RootPath!.Value,
            Ttl = TimeSpan.FromSeconds(Ttl!.Value),
            Revision = Revision!.Value,
            IsGarbageCollectable = isGarbageCollectable,
            HasAlternativePaths = hasAlternativePaths,
            MicroCatalog = microCatalog,
            RepositoryName = name ?? "",
            Certificate = certificate,
            History = history,
            Timestamp = timestamp ?? 0,
            MetaInfo = metaInfo,
            Reflog = reflog,
            UnknownFields = unknown,
        };
    }
}
