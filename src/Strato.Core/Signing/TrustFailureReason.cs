namespace Strato.Core.Signing;

/// <summary>Why a repository's signed root is not trusted.</summary>
public enum TrustFailureReason
{
    /// <summary>The manifest cannot be read.</summary>
    ManifestMalformed,

    /// <summary>The manifest is another repository's.</summary>
    ManifestNameMismatch,

    /// <summary>The manifest's root catalog belongs elsewhere than to the repository's root.</summary>
    ManifestRootMismatch,

    /// <summary>The manifest's text was changed after it was signed, or the certificate's key did not sign it.</summary>
    ManifestSignatureInvalid,

    /// <summary>The certificate object is not the one that the manifest names.</summary>
    CertificateHashMismatch,

    /// <summary>The certificate cannot be read.</summary>
    CertificateMalformed,

    /// <summary>The whitelist does not name the certificate.</summary>
    CertificateNotListed,

    /// <summary>The site's blacklist revokes the certificate.</summary>
    CertificateRevoked,

    /// <summary>The whitelist cannot be read.</summary>
    WhitelistMalformed,

    /// <summary>The whitelist's time is over.</summary>
    WhitelistExpired,

    /// <summary>The whitelist is another repository's.</summary>
    WhitelistNameMismatch,

    /// <summary>None of the master keys made the whitelist's signature.</summary>
    WhitelistWrongMasterKey,

    /// <summary>A master key signed something else, or the text was changed after it was signed.</summary>
    WhitelistSignatureInvalid,

    /// <summary>The whitelist asks for a way of verification that Strato does not have (PKCS#7, CA chain).</summary>
    WhitelistUnsupported,

    /// <summary>The site's blacklist refuses revisions as low as this one.</summary>
    RevisionBlacklisted,
}
