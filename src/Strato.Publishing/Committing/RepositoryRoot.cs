using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Committing;

/// <summary>A repository's manifest as its publisher finds it.</summary>
/// <param name="Manifest">Verified up to the master key.</param>
/// <param name="Version">What replacing it expects.</param>
internal sealed record RepositoryRoot(Manifest Manifest, ObjectVersion Version)
{
    /// <summary>Reads and verifies the root, as <see cref="Verify"/> does.</summary>
    public static RepositoryRoot Read(RepositorySession session)
    {
        (TrustedManifest trusted, ObjectVersion version) = Verify(
            session.Store, session.Settings.Name, PublicKeyFile(session), session.Clock.GetUtcNow(), session.Cancellation);
        session.Audit?.WhitelistExpires = trusted.Whitelist.Expires;
        return new RepositoryRoot(trusted.Manifest, version);
    }

    /// <summary>
    /// Reads and verifies the root in a store. A whitelist that has expired is no reason not to publish: clients refuse it until it is signed
    /// anew, whatever is published meanwhile.
    /// </summary>
    /// <exception cref="StratoException">A part of it is missing or not to be trusted.</exception>
    public static (TrustedManifest Trusted, ObjectVersion Version) Verify(
        IObjectStore store, string repository, string publicKey, DateTimeOffset now, CancellationToken cancellation)
    {
        VersionedBytes manifest = Require(ObjectKey.Manifest, Manifest.MaxLength);
        VersionedBytes whitelist = Blocking.Wait(store.ReadAsync(ObjectKey.Whitelist, Whitelist.MaxLength, cancellation))
            ?? throw new StratoException(
                $"{repository} has no whitelist yet: have it signed where the master key is (strato resign {repository} --request FILE), and install that");
        Manifest parsed = Parse(manifest.Bytes.Span, store);
        TrustRequest request = new()
        {
            Manifest = manifest.Bytes,
            Whitelist = whitelist.Bytes,
            CertificateObject = ReadCertificate(store, parsed, cancellation),
            MasterKeys = MasterPublicKey.Load(publicKey),
            RepositoryName = repository,
            Now = now,
        };
        if (!TrustChain.TryVerify(request, out TrustedManifest? trusted, out TrustFailure? failure)
            && failure.Reason == TrustFailureReason.WhitelistExpired
            && Whitelist.TryParse(whitelist.Bytes.Span, out Whitelist? expired, out _))
        {
            trusted = TrustChain.Verify(request with { Now = new DateTimeOffset(expired.Issued, TimeSpan.Zero) });
        }

        return trusted is not null ? (trusted, manifest.Version) : throw new StratoException(failure!.Message);

        VersionedBytes Require(string key, int limit) =>
            Blocking.Wait(store.ReadAsync(key, limit, cancellation))
            ?? throw new StratoException($"{store.Location} has no {key}; it holds no complete repository");
    }

    /// <summary>Reads the text of the manifest that a store holds.</summary>
    /// <exception cref="StratoException">It is none.</exception>
    public static Manifest Parse(ReadOnlySpan<byte> text, IObjectStore store) => Manifest.TryParse(text, out Manifest? manifest, out string? problem)
        ? manifest
        : throw new StratoException($"cannot read {ObjectKey.Manifest} in {store.Location}: {problem}; take it from a backup or a replica");

    private static string PublicKeyFile(RepositorySession session) => session.Settings.Keys is { } keys
        ? new KeyFiles(keys, session.Settings.Name).PublicKey
        : session.Places.PublicKey;

    private static byte[] ReadCertificate(IObjectStore store, Manifest manifest, CancellationToken cancellation)
    {
        if (manifest.Certificate is not { } hash)
        {
            return [];
        }

        using Stream? stream = Blocking.Wait(store.OpenReadAsync(ObjectKey.Of(new ObjectName(hash, ObjectKind.Certificate)), range: null, cancellation));
        if (stream is null)
        {
            return [];
        }

        byte[] bytes = new byte[SigningCertificate.MaxLength];
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes[..length];
    }
}
