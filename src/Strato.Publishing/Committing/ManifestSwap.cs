using Strato.Core;
using Strato.Core.Manifests;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Committing;

/// <summary>The commit point: one swap of <c>.cvmfspublished</c>. Before it readers see the old revision, after it the new one.</summary>
internal static class ManifestSwap
{
    /// <summary>Signs a manifest and puts it in the place of the one that the session began with.</summary>
    public static void Run(RepositorySession session, Manifest manifest)
    {
        byte[] signed = session.Keys.Sign(manifest);

        // From here on a cancellation would leave it open whether the revision is there.
        SwapResult result = Blocking.Wait(
            session.Store.CompareAndSwapAsync(ObjectKey.Manifest, session.Root.Version, signed, CancellationToken.None));
        if (!result.Swapped)
        {
            throw new StratoException($"{session.Settings.Name} was published by somebody else meanwhile; nothing was changed, try again");
        }

        session.Root = new RepositoryRoot(manifest, result.Current!.Value);
    }
}
