using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Publishing.Objects;
using Strato.Publishing.Repositories;
using Strato.Storage.Objects;

namespace Strato.Publishing.Operations;

/// <summary>Signs a repository's whitelist anew: <c>strato resign</c>. It works whatever state the old whitelist is in.</summary>
public static class WhitelistSigning
{
    /// <summary>The most days that make sense; what is meant to last has its key stolen some day.</summary>
    public const int MaximumDays = 36_500;

    /// <summary>Signs a whitelist for the repository's certificate and returns when it expires.</summary>
    /// <exception cref="StratoException">The master key is not at hand, or somebody else changes the repository.</exception>
    public static DateTime Run(string repository, int days, OperationContext context)
    {
        if (days is < 1 or > MaximumDays)
        {
            throw new StratoException($"a whitelist is valid for 1 to {MaximumDays} days, not for {days}");
        }

        RepositorySettings settings = context.Home.Load(repository);
        settings.RequirePublishedHere();
        using PublisherLock held = PublisherLock.Take(context.Home.Places(repository));
        using RepositoryKeys keys = new KeyFiles(settings.Keys ?? context.Home.Directory, repository).Load();
        MasterKey master = keys.Master
            ?? throw new StratoException($"cannot sign the whitelist of {repository}: its masterkey is not beside its other keys; put it there for this");
        IObjectStore store = context.Stores.Open(settings);
        try
        {
            HashAlgorithm algorithm = Algorithm(store, settings, context.Cancellation);
            Whitelist whitelist = Whitelist.Create(repository, keys.Certificate.FingerprintOf(algorithm), context.Clock.GetUtcNow(), days);
            VersionedBytes? present = Blocking.Wait(store.ReadAsync(ObjectKey.Whitelist, Whitelist.MaxLength, context.Cancellation));
            SwapResult result = ConfirmedSwap.Run(store, ObjectKey.Whitelist, present?.Version, master.Sign(whitelist, algorithm));
            return result.Swapped
                ? whitelist.Expires
                : throw new StratoException($"the whitelist of {repository} was changed by somebody else meanwhile; try again");
        }
        finally
        {
            Blocking.Wait(store.DisposeAsync());
        }
    }

    private static HashAlgorithm Algorithm(IObjectStore store, RepositorySettings settings, CancellationToken cancellation)
    {
        VersionedBytes? bytes = Blocking.Wait(store.ReadAsync(ObjectKey.Manifest, Manifest.MaxLength, cancellation));
        return bytes is not null && Manifest.TryParse(bytes.Bytes.Span, out Manifest? manifest, out _) ? manifest.HashAlgorithm : settings.Hash;
    }
}
