using Strato.Core;
using Strato.Core.Signing;
using Strato.Publishing.Auditing;
using Strato.Publishing.Committing;
using Strato.Publishing.Operations;

namespace Strato.Publishing.Keys;

/// <summary>
/// Gives a repository another key: <c>strato keys FQRN rotate</c>. What is done is seen from the files, so that an interrupted rotation goes on where it was
/// (docs/designs/020-history-and-keys.md). At no moment is there a manifest whose certificate the whitelist does not list.
/// </summary>
public static class KeyRotation
{
    /// <summary>Begins a rotation or goes on with one; blocks while caches settle.</summary>
    /// <exception cref="StratoException">Readers see what they saw; running it again goes on.</exception>
    public static RotationOutcome Rotate(KeyRotationRequest request, OperationContext context) =>
        OperationAudit.Run("keys-rotate", request.Repository, context, audited =>
        {
            (RotationOutcome prepared, DateTime? issued) = Prepare(request, audited);
            if (issued is not { } listed)
            {
                audited.Audit?.IsUnchanged = true;
                return prepared;
            }

            Settle(request, listed, audited);
            Switch(request.Repository, audited);
            return prepared with { State = RotationState.Rotated };
        });

    /// <summary>Signs a whitelist without the former certificate: manifests that it signed are not trusted any more.</summary>
    /// <returns>The certificate that is gone.</returns>
    /// <exception cref="StratoException">There is none, or what is served is signed with it; nothing was changed.</exception>
    public static SigningCertificate Retire(string repository, int days, string? masterKey, OperationContext context) =>
        OperationAudit.Run("keys-retire", repository, context, audited =>
        {
            using RepositoryWhitelist whitelist = RepositoryWhitelist.Open(repository, audited);
            SigningCertificate former = RequireFormer(whitelist);
            using MasterKey master = whitelist.LoadMaster(masterKey);
            whitelist.Sign(master, whitelist.Certificates(withFormer: false), days);
            whitelist.Keys.ForgetFormer();
            return former;
        });

    /// <summary>What the keeper of the master key is to sign for <see cref="Retire"/>; the former certificate is forgotten when the answer is installed.</summary>
    /// <exception cref="StratoException">There is none, or what is served is signed with it.</exception>
    public static WhitelistRequest RequestRetirement(string repository, int days, OperationContext context)
    {
        using RepositoryWhitelist whitelist = RepositoryWhitelist.Open(repository, context);
        RequireFormer(whitelist);
        return new WhitelistRequest { Repository = repository, Hash = whitelist.Hash, Days = days, Certificates = whitelist.Certificates(withFormer: false) };
    }

    // Answers when the whitelist that lists both certificates was signed; null where there is none yet.
    private static (RotationOutcome Prepared, DateTime? Issued) Prepare(KeyRotationRequest request, OperationContext context)
    {
        using RepositoryWhitelist whitelist = RepositoryWhitelist.Open(request.Repository, context);
        using RepositoryKeys current = whitelist.Keys.Load();
        if (!whitelist.Keys.HasNext)
        {
            if (File.Exists(whitelist.Keys.FormerCertificate))
            {
                throw new StratoException(
                    $"cannot rotate the keys of {request.Repository}: whitelists still list the certificate of the rotation before; end that first with: strato keys {request.Repository} retire");
            }

            using RepositoryKeys made = RepositoryKeys.Generate(request.Repository, context.Clock.GetUtcNow(), master: null);
            whitelist.Keys.SaveNext(made);
        }

        using RepositoryKeys next = whitelist.Keys.LoadNext();
        RotationOutcome prepared = new(RotationState.AwaitsWhitelist, current.Certificate, next.Certificate);
        if (whitelist.Read() is { } served && RepositoryWhitelist.Lists(served, next.Certificate) && RepositoryWhitelist.Lists(served, current.Certificate))
        {
            return (prepared, served.Issued);
        }

        if (request.IsMasterElsewhere)
        {
            return (prepared, null);
        }

        using MasterKey master = whitelist.LoadMaster(request.MasterKey);
        return (prepared, whitelist.Sign(master, whitelist.Certificates(), request.Days).Issued);
    }

    private static void Settle(KeyRotationRequest request, DateTime issued, OperationContext context)
    {
        TimeSpan left = issued + request.Settling - context.Clock.GetUtcNow().UtcDateTime;

        // A clock that was set back since would have it wait for ever.
        left = left > request.Settling ? request.Settling : left;
        if (left > TimeSpan.Zero)
        {
            request.Waiting(left);
            Task.Delay(left, context.Clock, context.Cancellation).GetAwaiter().GetResult();
        }
    }

    private static void Switch(string repository, OperationContext context)
    {
        using RepositorySession session = RepositorySession.Open(context, repository);
        KeyFiles files = session.KeyFiles;
        using (RepositoryKeys next = files.LoadNext())
        {
            RevisionCommit.SignAnew(session, next);
        }

        files.Advance();
    }

    private static SigningCertificate RequireFormer(RepositoryWhitelist whitelist)
    {
        string repository = whitelist.Settings.Name;
        using RepositoryKeys current = whitelist.Keys.Load();
        if (whitelist.Keys.HasNext)
        {
            throw new StratoException($"the rotation of {repository} is not done; go on with: strato keys {repository} rotate");
        }

        if (!File.Exists(whitelist.Keys.FormerCertificate))
        {
            throw new StratoException($"{repository} has no former certificate to retire; 'strato keys {repository} list' shows what it has");
        }

        return whitelist.IsServedWith(current.Certificate)
            ? KeyFiles.LoadCertificate(whitelist.Keys.FormerCertificate)
            : throw new StratoException($"the revision of {repository} that is served is not signed with its current certificate; publish, or run: strato keys {repository} rotate");
    }
}
