using Strato.Core.Hashing;
using Strato.Core.Signing;
using Strato.Publishing.Operations;

namespace Strato.Publishing.Keys;

/// <summary>A repository's keys: <c>strato keys FQRN list</c>.</summary>
/// <param name="Certificates">The certificates.</param>
/// <param name="Expires">When clients stop to trust the whitelist (UTC); null where it cannot be read.</param>
/// <param name="HasMasterKey">True where the master key is beside the other keys.</param>
public sealed record KeyReport(IReadOnlyList<RepositoryCertificate> Certificates, DateTime? Expires, bool HasMasterKey)
{
    /// <summary>Reads it all; nothing secret is read.</summary>
    /// <exception cref="Core.StratoException">There is no such repository, or its keys cannot be read.</exception>
    public static KeyReport Read(string repository, OperationContext context)
    {
        using RepositoryWhitelist whitelist = RepositoryWhitelist.Open(repository, context);
        HashAlgorithm algorithm = whitelist.Hash;
        Whitelist? served = whitelist.Read();
        Blacklist revoked = RevokedCertificates.Read(context.Home.Places(repository));
        List<RepositoryCertificate> certificates = [];
        Add("current", whitelist.Keys.Certificate);
        Add("next", whitelist.Keys.NextCertificate);
        Add("former", whitelist.Keys.FormerCertificate);
        certificates.AddRange(
            (served?.Fingerprints ?? []).Where(listed => !certificates.Exists(known => known.Fingerprint == listed)).Select(listed => new RepositoryCertificate("listed", listed, null, true)));
        certificates.AddRange(revoked.Certificates.Select(gone => new RepositoryCertificate("revoked", gone, null, served?.Fingerprints.Contains(gone) == true)));
        return new KeyReport(certificates, served?.Expires, File.Exists(whitelist.Keys.MasterKey));

        void Add(string role, string file)
        {
            if (File.Exists(file))
            {
                SigningCertificate certificate = KeyFiles.LoadCertificate(file);
                certificates.Add(new RepositoryCertificate(
                    role, certificate.FingerprintOf(algorithm), certificate.Subject, served is not null && RepositoryWhitelist.Lists(served, certificate)));
            }
        }
    }
}
