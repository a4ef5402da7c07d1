using Strato.Core.Manifests;

namespace Strato.Core.Signing;

/// <summary>A manifest that <see cref="TrustChain"/> has verified up to a master key. Only it makes these.</summary>
public sealed record TrustedManifest
{
    internal TrustedManifest(Manifest manifest, Whitelist whitelist, SigningCertificate certificate)
    {
        Manifest = manifest;
        Whitelist = whitelist;
        Certificate = certificate;
    }

    public Manifest Manifest { get; }

    /// <summary>The whitelist that lets <see cref="Certificate"/> sign; it may expire while the manifest is in use.</summary>
    public Whitelist Whitelist { get; }

    public SigningCertificate Certificate { get; }
}
