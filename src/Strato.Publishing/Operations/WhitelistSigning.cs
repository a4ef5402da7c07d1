using Strato.Core;
using Strato.Core.Signing;
using Strato.Publishing.Auditing;
using Strato.Publishing.Keys;

namespace Strato.Publishing.Operations;

/// <summary>Signs a repository's whitelist anew: <c>strato resign</c>. It works whatever state the old whitelist is in.</summary>
public static class WhitelistSigning
{
    /// <inheritdoc cref="WhitelistRequest.MaximumDays"/>
    public const int MaximumDays = WhitelistRequest.MaximumDays;

    /// <summary>Signs a whitelist for the repository's certificates and returns when it expires.</summary>
    /// <param name="repository">The repository's fully qualified name.</param>
    /// <param name="days">For how many days.</param>
    /// <param name="context">Where the repository is.</param>
    /// <param name="masterKey">The master key's file; null for the usual place.</param>
    /// <exception cref="StratoException">The master key is not at hand or not the repository's, or somebody else changes the repository.</exception>
    public static DateTime Run(string repository, int days, OperationContext context, string? masterKey = null)
    {
        RequireDays(days);
        return OperationAudit.Run("resign", repository, context, audited =>
        {
            using RepositoryWhitelist whitelist = RepositoryWhitelist.Open(repository, audited);
            using MasterKey master = whitelist.LoadMaster(masterKey);
            return whitelist.Sign(master, whitelist.Certificates(), days).Expires;
        });
    }

    /// <summary>When clients stop to trust a repository; null where its whitelist cannot be read. Takes no lock.</summary>
    /// <exception cref="StratoException">There is no such repository.</exception>
    public static DateTime? Expiry(string repository, OperationContext context)
    {
        using RepositoryView view = RepositoryView.Open(repository, context);
        return view.WhitelistExpiry();
    }

    /// <summary>What the keeper of the master key is to sign, as the bytes of a file.</summary>
    /// <exception cref="StratoException">Somebody else changes the repository, or its keys cannot be read.</exception>
    public static WhitelistRequest Request(string repository, int days, OperationContext context)
    {
        RequireDays(days);
        using RepositoryWhitelist whitelist = RepositoryWhitelist.Open(repository, context);
        return new WhitelistRequest { Repository = repository, Hash = whitelist.Hash, Days = days, Certificates = whitelist.Certificates() };
    }

    /// <summary>Puts a whitelist that was signed elsewhere in place, once its signature, name, time and certificates have proved good.</summary>
    /// <exception cref="StratoException">It is not good; nothing was changed.</exception>
    public static Whitelist Install(string repository, ReadOnlyMemory<byte> signed, OperationContext context) =>
        OperationAudit.Run("resign", repository, context, audited =>
        {
            using RepositoryWhitelist whitelist = RepositoryWhitelist.Open(repository, audited);
            return whitelist.Install(signed);
        });

    private static void RequireDays(int days)
    {
        if (days is < 1 or > MaximumDays)
        {
            throw new StratoException($"a whitelist is valid for 1 to {MaximumDays} days, not for {days}");
        }
    }
}
