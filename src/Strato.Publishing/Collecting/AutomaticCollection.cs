using Strato.Core;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Collecting;

/// <summary>Collects after a publish where the settings ask for it (CVMFS_AUTO_GC) and the last time is long enough ago (CVMFS_AUTO_GC_LAPSE).</summary>
public static class AutomaticCollection
{
    /// <summary>
    /// Collects if it is time; null where it is not, or where somebody collects already. What goes wrong is a warning: what was published stands.
    /// </summary>
    public static CollectionOutcome? RunIfDue(string repository, Action<CollectionProgress> progress, OperationContext context)
    {
        RepositorySettings settings = context.Home.Load(repository);
        if (!settings.CollectsAutomatically || !settings.IsGarbageCollectable || !IsDue(repository, settings, context))
        {
            return null;
        }

        try
        {
            return GarbageCollection.Run(new CollectionRequest { Repository = repository, Progress = progress, Note = context.Warn }, context);
        }
        catch (StratoException error)
        {
            context.Warn($"garbage was not collected: {error.Message}");
            return null;
        }
    }

    /// <summary>True where the last collection is as long ago as the settings want.</summary>
    internal static bool IsDue(string repository, RepositorySettings settings, OperationContext context)
    {
        long now = context.Clock.GetUtcNow().ToUnixTimeSeconds();

        // A last time in the future was a clock that went wrong.
        return GarbageCollection.FindLast(repository, context) is not { } last
            || last.Finished > now
            || now - last.Finished >= (long)settings.AutomaticCollectionLapse.TotalSeconds;
    }
}
