using Strato.Core;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Committing;

/// <summary>The commit point: one swap of <c>.cvmfspublished</c>. Before it readers see the old revision, after it the new one.</summary>
internal static class ManifestSwap
{
    /// <summary>Signs a manifest and puts it in the place of the one that the session began with.</summary>
    /// <param name="session">The repository, locked.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="keys">What signs it; null for the session's keys.</param>
    /// <exception cref="StratoException">It is not in place, or the storage does not say whether it is.</exception>
    public static void Run(RepositorySession session, Manifest manifest, RepositoryKeys? keys = null)
    {
        session.Spool?.RequireNoTransaction();
        SwapResult result = ConfirmedSwap.Run(session.Store, ObjectKey.Manifest, session.Root.Version, (keys ?? session.Keys).Sign(manifest));
        session.Root = result.Swapped
            ? new RepositoryRoot(manifest, result.Current!.Value)
            : throw new StratoException($"{session.Settings.Name} was published by somebody else meanwhile; nothing was changed, try again");
    }
}
