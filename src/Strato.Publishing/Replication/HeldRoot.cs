using System.Diagnostics.CodeAnalysis;
using Strato.Core;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>The root that a replica serves at the moment. It was verified when it came.</summary>
/// <param name="Manifest">What the manifest says.</param>
/// <param name="ManifestBytes">The content of <c>.cvmfspublished</c>.</param>
/// <param name="Whitelist">The content of <c>.cvmfswhitelist</c>; empty where there is none.</param>
internal sealed record HeldRoot(Manifest Manifest, ReadOnlyMemory<byte> ManifestBytes, ReadOnlyMemory<byte> Whitelist)
{
    /// <summary>Reads it; null before the first snapshot.</summary>
    /// <exception cref="StratoException">The manifest cannot be read.</exception>
    public static HeldRoot? Read(IObjectStore store, CancellationToken cancellation)
    {
        if (Blocking.Wait(store.ReadAsync(ObjectKey.Manifest, Manifest.MaxLength, cancellation)) is not { } manifest)
        {
            return null;
        }

        if (!Manifest.TryParse(manifest.Bytes.Span, out Manifest? parsed, out string? problem))
        {
            throw new StratoException(
                $"cannot read {ObjectKey.Manifest} in {store.Location}: {problem}; remove it to take the source's, whatever its revision");
        }

        VersionedBytes? whitelist = Blocking.Wait(store.ReadAsync(ObjectKey.Whitelist, Core.Signing.Whitelist.MaxLength, cancellation));
        return new HeldRoot(parsed, manifest.Bytes, whitelist?.Bytes ?? ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>The whitelist that is held, where it can be read.</summary>
    public bool TryGetWhitelist([NotNullWhen(true)] out Whitelist? whitelist) => Core.Signing.Whitelist.TryParse(Whitelist.Span, out whitelist, out _);
}
