using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Paths;

namespace Strato.Core.Signing;

/// <summary>
/// Verifies a repository's signed root: master key, whitelist, certificate, manifest. A pure function of its request. Whether
/// the manifest is older than one that was seen is the caller's question: <see cref="Breadcrumb.IsNewerThan"/>.
/// </summary>
public static class TrustChain
{
    /// <summary>Verifies everything, in the order in which a failure explains most.</summary>
    public static bool TryVerify(
        TrustRequest request, [NotNullWhen(true)] out TrustedManifest? trusted, [NotNullWhen(false)] out TrustFailure? failure)
    {
        trusted = null;
        SigningCertificate? certificate = null;
        Whitelist? whitelist = null;
        failure = CheckManifest(request, out Manifest? manifest, out SignedLetter? letter)
            ?? CheckWhitelist(request, out whitelist)
            ?? CheckCertificate(request, manifest!, whitelist!, out certificate)
            ?? CheckSignature(request, letter!, certificate!)
            ?? CheckRevision(request, manifest!);
        if (failure is not null)
        {
            return false;
        }

        trusted = new TrustedManifest(manifest!, whitelist!, certificate!);
        return true;
    }

    /// <inheritdoc cref="TryVerify"/>
    /// <exception cref="StratoException">The root is not trusted.</exception>
    public static TrustedManifest Verify(TrustRequest request) =>
        TryVerify(request, out TrustedManifest? trusted, out TrustFailure? failure) ? trusted : throw new StratoException(failure.Message);

    /// <summary>Verifies a whitelist alone: its signature, its name and its time.</summary>
    public static TrustFailure? CheckWhitelist(TrustRequest request, out Whitelist? whitelist)
    {
        string name = request.RepositoryName;
        if (!Whitelist.TryParse(request.Whitelist.Span, out whitelist, out string? problem))
        {
            return Fail(TrustFailureReason.WhitelistMalformed, $"the whitelist of {name} cannot be read: {problem}; try another server");
        }

        if (whitelist.RepositoryName != name)
        {
            return Fail(
                TrustFailureReason.WhitelistNameMismatch,
                $"the whitelist is for {whitelist.RepositoryName}, not for {name}; check the server's address");
        }

        if (whitelist.IsPkcs7 || whitelist.NeedsCaChain)
        {
            string way = whitelist.IsPkcs7 ? "a PKCS#7 signature" : "a chain of certificate authorities";
            return Fail(TrustFailureReason.WhitelistUnsupported, $"the whitelist of {name} asks for {way}, which Strato does not verify; use the genuine client for it");
        }

        if (CheckWhitelistSignature(request) is TrustFailure failure)
        {
            return failure;
        }

        return whitelist.IsExpired(request.Now)
            ? Fail(
                TrustFailureReason.WhitelistExpired,
                string.Create(CultureInfo.InvariantCulture, $"the whitelist of {name} expired on {whitelist.Expires:u}; its publisher must sign it anew (strato resign {name}), or this machine's clock is wrong"))
            : null;
    }

    private static TrustFailure? CheckWhitelistSignature(TrustRequest request)
    {
        string name = request.RepositoryName;
        if (!SignedLetter.TryParse(request.Whitelist, out SignedLetter? letter))
        {
            return Fail(TrustFailureReason.WhitelistMalformed, $"the whitelist of {name} has no signature; try another server");
        }

        if (!letter.HashIsRight())
        {
            return Fail(TrustFailureReason.WhitelistSignatureInvalid, $"the whitelist of {name} was changed after it was signed; try another server");
        }

        bool isKnownKey = false;
        foreach (MasterPublicKey key in request.MasterKeys)
        {
            byte[]? signed = key.TryRecover(letter.Signature.Span);
            if (signed is not null && signed.AsSpan().SequenceEqual(letter.HashText.Span))
            {
                return null;
            }

            isKnownKey |= signed is not null;
        }

        return isKnownKey
            ? Fail(TrustFailureReason.WhitelistSignatureInvalid, $"the whitelist of {name} carries a signature of something else; try another server")
            : Fail(
                TrustFailureReason.WhitelistWrongMasterKey,
                $"the whitelist of {name} is not signed by {Describe(request.MasterKeys)}; give the repository's own public key (--key or CVMFS_PUBLIC_KEY)");
    }

    private static TrustFailure? CheckManifest(TrustRequest request, out Manifest? manifest, out SignedLetter? letter)
    {
        string name = request.RepositoryName;
        letter = null;
        if (!Manifest.TryParse(request.Manifest.Span, out manifest, out string? problem))
        {
            return Fail(TrustFailureReason.ManifestMalformed, $"the manifest of {name} cannot be read: {problem}; check that the server's address is a repository's");
        }

        if (!SignedLetter.TryParse(request.Manifest, out letter))
        {
            return Fail(TrustFailureReason.ManifestMalformed, $"the manifest of {name} has no signature; try another server");
        }

        if (manifest.RepositoryName != name)
        {
            return Fail(TrustFailureReason.ManifestNameMismatch, $"the manifest is for {manifest.RepositoryName}, not for {name}; check the server's address");
        }

        return manifest.RootPath != RepositoryPath.Root.Key
            ? Fail(TrustFailureReason.ManifestRootMismatch, $"the manifest of {name} does not name a root catalog; its publisher must publish again")
            : null;
    }

    private static TrustFailure? CheckCertificate(TrustRequest request, Manifest manifest, Whitelist whitelist, out SigningCertificate? certificate)
    {
        string name = request.RepositoryName;
        certificate = null;
        if (manifest.Certificate is not ObjectHash hash || ContentHasher.Hash(hash.Algorithm, request.CertificateObject.Span) != hash)
        {
            return Fail(TrustFailureReason.CertificateHashMismatch, $"the certificate of {name} is not the one that its manifest names; try another server");
        }

        if (!SigningCertificate.TryOpenObject(request.CertificateObject.Span, out certificate))
        {
            return Fail(TrustFailureReason.CertificateMalformed, $"the certificate of {name} ({hash}) is not a zlib-compressed X.509 certificate; its publisher must sign anew");
        }

        if (request.Blacklist.Revokes(certificate))
        {
            return Fail(TrustFailureReason.CertificateRevoked, $"the certificate of {name} ({certificate.Subject}) is revoked by this site's blacklist; ask the site's administrator");
        }

        foreach (ObjectHash fingerprint in whitelist.Fingerprints)
        {
            if (certificate.FingerprintOf(fingerprint.Algorithm) == fingerprint)
            {
                return null;
            }
        }

        return Fail(
            TrustFailureReason.CertificateNotListed,
            $"the certificate of {name} ({certificate.Subject}) is not on its whitelist; the publisher must sign the whitelist anew (strato resign {name})");
    }

    private static TrustFailure? CheckSignature(TrustRequest request, SignedLetter letter, SigningCertificate certificate) =>
        !letter.HashIsRight()
            ? Fail(TrustFailureReason.ManifestSignatureInvalid, $"the manifest of {request.RepositoryName} was changed after it was signed; try another server")
            : !certificate.Verifies(letter.HashText.Span, letter.Signature.Span)
                ? Fail(TrustFailureReason.ManifestSignatureInvalid, $"the manifest of {request.RepositoryName} is not signed by its certificate; try another server")
                : null;

    private static TrustFailure? CheckRevision(TrustRequest request, Manifest manifest)
    {
        ulong minimum = request.Blacklist.MinimumRevision(manifest.RepositoryName);
        return manifest.Revision < minimum
            ? Fail(
                TrustFailureReason.RevisionBlacklisted,
                $"revision {manifest.Revision} of {manifest.RepositoryName} is refused: this site's blacklist asks for revision {minimum} or later")
            : null;
    }

    private static string Describe(IReadOnlyList<MasterPublicKey> keys) => keys.Count switch
    {
        0 => "any known key (there is none)",
        1 => $"the key {keys[0].Source}",
        _ => $"any of the {keys.Count} known keys ({string.Join(", ", keys.Select(key => key.Source))})",
    };

    private static TrustFailure Fail(TrustFailureReason reason, string message) => new(reason, message);
}
