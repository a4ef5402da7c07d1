using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Core.Manifests;

/// <summary>
/// What <c>.cvmfspublished</c> says: one revision of a repository, from which everything else is found by hash. This is the
/// text before the signature; nothing in it may be believed before <see cref="Signing.TrustChain"/> has verified it.
/// </summary>
public sealed record Manifest
{
    /// <summary>The longest signed manifest that is read, in bytes. Real ones have less than 1 KiB.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>The genuine publisher's default <see cref="Ttl"/>: 4 minutes.</summary>
    public static readonly TimeSpan DefaultTtl = TimeSpan.FromMinutes(4);

    /// <summary>The root catalog (field C); its algorithm is the repository's.</summary>
    public required ObjectHash RootCatalog { get; init; }

    /// <summary>The root catalog's plain size in bytes (B), 0 where unknown.</summary>
    public long RootCatalogSize { get; init; }

    /// <summary>The key of the path that the root catalog is mounted at (R), that of the empty path for every repository.</summary>
    public PathKey RootPath { get; init; } = RepositoryPath.Root.Key;

    /// <summary>How long clients may go without looking for a newer manifest (D, whole seconds).</summary>
    public TimeSpan Ttl { get; init; } = DefaultTtl;

    /// <summary>The revision (S), counted from 0 by mkfs.</summary>
    public required ulong Revision { get; init; }

    /// <summary>Old revisions may be collected (G), so mirrors and clients must not rely on them.</summary>
    public bool IsGarbageCollectable { get; init; }

    /// <summary>Catalog, certificate, history and meta information are also found beside the manifest (A).</summary>
    public bool HasAlternativePaths { get; init; }

    /// <summary>A micro catalog (L), null for none; reserved by the format.</summary>
    public ObjectHash? MicroCatalog { get; init; }

    /// <summary>The fully qualified repository name (N), empty in ancient manifests.</summary>
    public string RepositoryName { get; init; } = "";

    /// <summary>The certificate that signs the manifest (X).</summary>
    public ObjectHash? Certificate { get; init; }

    /// <summary>The history database with the named tags (H).</summary>
    public ObjectHash? History { get; init; }

    /// <summary>When the revision was signed (T, whole seconds of Unix time), 0 where unknown.</summary>
    public long Timestamp { get; init; }

    /// <summary>The meta information (M).</summary>
    public ObjectHash? MetaInfo { get; init; }

    /// <summary>The hash of the reflog's bytes (Y).</summary>
    public ObjectHash? Reflog { get; init; }

    /// <summary>Lines with other keys, in their order.</summary>
    public IReadOnlyList<ManifestField> UnknownFields { get; init; } = [];

    /// <summary>The algorithm of every object that the manifest leads to.</summary>
    public HashAlgorithm HashAlgorithm => RootCatalog.Algorithm;

    /// <summary>
    /// Reads a manifest, signed or not: its lines up to the end or to a line <c>--</c>. Of a repeated key the last counts, as
    /// it does for the genuine client. C, R, D and S are needed.
    /// </summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="manifest">The manifest, where true is returned.</param>
    /// <param name="problem">What is wrong, as the end of a sentence, where false is returned.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Manifest? manifest, [NotNullWhen(false)] out string? problem) =>
        ManifestText.TryParse(bytes, out manifest, out problem);

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="StratoException">The bytes are not a manifest.</exception>
    public static Manifest Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out Manifest? manifest, out string? problem)
            ? manifest
            : throw new StratoException($"cannot read the manifest: {problem}");

    /// <summary>The unsigned text, in the genuine publisher's order, unknown fields last.</summary>
    public byte[] ToBytes()
    {
        ArrayBufferWriter<byte> text = new(512);
        ManifestText.Write(this, text);
        return text.WrittenSpan.ToArray();
    }
}
