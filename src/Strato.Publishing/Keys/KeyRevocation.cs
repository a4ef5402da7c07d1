using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Signing;
using Strato.Publishing.Auditing;
using Strato.Publishing.Operations;

namespace Strato.Publishing.Keys;

/// <summary>Takes trust away from a certificate: <c>strato keys FQRN revoke FINGERPRINT</c>.</summary>
public static class KeyRevocation
{
    /// <summary>
    /// Sees to it that no whitelist lists a certificate again. The current certificate is replaced at once; a former or next one is dropped. What was signed with it before
    /// is refused by clients that have the blacklist, and by all once they have the new whitelist.
    /// </summary>
    /// <param name="repository">The repository's fully qualified name.</param>
    /// <param name="fingerprint">The certificate's hash, as whitelists write it.</param>
    /// <param name="days">For how many days the new whitelist is signed.</param>
    /// <param name="masterKey">The master key's file; null for the usual place.</param>
    /// <param name="context">Where the repository is.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="StratoException">It was not done; doing it again goes on.</exception>
    public static RevocationOutcome Run(string repository, ObjectHash fingerprint, int days, string? masterKey, OperationContext context) =>
        OperationAudit.Run("keys-revoke", repository, context, audited =>
        {
            bool isCurrent;
            bool isKnown;
            using (RepositoryWhitelist whitelist = RepositoryWhitelist.Open(repository, audited))
            {
                using RepositoryKeys current = whitelist.Keys.Load();
                using (whitelist.LoadMaster(masterKey))
                {
                    // Without the master key nothing can be taken back: said before anything is changed.
                }

                isCurrent = Is(current.Certificate, fingerprint);
                bool isNext = whitelist.Keys.HasNext && Is(KeyFiles.LoadCertificate(whitelist.Keys.NextCertificate), fingerprint);
                isKnown = isCurrent || isNext || whitelist.Keys.LoadCertificates().Any(certificate => Is(certificate, fingerprint));
                if (isNext)
                {
                    whitelist.Keys.ForgetNext();
                }
                else if (isCurrent && File.Exists(whitelist.Keys.FormerCertificate))
                {
                    // The rotation that follows makes the current one the former.
                    whitelist.Keys.ForgetFormer();
                }
            }

            if (isCurrent)
            {
                KeyRotation.Rotate(new KeyRotationRequest { Repository = repository, MasterKey = masterKey, Days = days, Settling = TimeSpan.Zero }, audited);
            }

            using RepositoryWhitelist last = RepositoryWhitelist.Open(repository, audited);
            RevokedCertificates.Add(audited.Home.Places(repository), fingerprint);
            bool isFormer = File.Exists(last.Keys.FormerCertificate) && Is(KeyFiles.LoadCertificate(last.Keys.FormerCertificate), fingerprint);
            using (MasterKey master = last.LoadMaster(masterKey))
            {
                last.Sign(master, last.Certificates(withFormer: !isFormer), days);
            }

            if (isFormer)
            {
                last.Keys.ForgetFormer();
            }

            return isCurrent ? RevocationOutcome.Replaced : isKnown ? RevocationOutcome.Dropped : RevocationOutcome.Unknown;
        });

    /// <summary>Adds a certificate to a blacklist as clients read it, which is made where it does not exist.</summary>
    /// <exception cref="StratoException">The file cannot be written.</exception>
    public static void Blacklist(string file, string repository, ObjectHash fingerprint, DateTimeOffset now)
    {
        try
        {
            byte[] present = File.Exists(file) ? File.ReadAllBytes(file) : [];
            if (!Core.Signing.Blacklist.Parse(present).Certificates.Contains(fingerprint))
            {
                RevokedCertificates.Append(file, present, $"{Fingerprint.Format(fingerprint)} # {repository}, revoked {now.UtcDateTime:yyyy-MM-dd}\n");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot add to the blacklist {file}: {error.Message.TrimEnd('.')}", error);
        }
    }

    private static bool Is(SigningCertificate certificate, ObjectHash fingerprint) => certificate.FingerprintOf(fingerprint.Algorithm) == fingerprint;
}
