using Strato.Core;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Publishing.Committing;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Storage.Local;

namespace Strato.Publishing.Checking;

/// <summary>
/// Checks a whole repository, from its signatures down to its objects: <c>strato check</c>. The current revision and every tagged one are
/// checked; a catalog that several have is checked once. Nothing is changed, but what an interrupted publish left in a repository of the
/// home is mended first, if nobody publishes at the moment.
/// </summary>
public static class RepositoryCheck
{
    /// <summary>Runs the check. Problems are told as they are found; trouble that keeps it from running is an exception.</summary>
    /// <exception cref="StratoException">The repository cannot be found or reached.</exception>
    public static CheckOutcome Run(CheckRequest request, OperationContext context)
    {
        using IObjectSource source = Open(request, context);
        ProblemReport problems = new(request.Found);
        RootCheck root = new(source, problems, request, context);
        Manifest manifest = root.Run();
        string work = Directory.CreateTempSubdirectory("strato-check-").FullName;
        try
        {
            using ObjectChecks objects = new(source, problems, request.ReadsData, context.Cancellation);
            using Timer progress = new(_ => context.Progress(new PublishCounts(objects.Done, 0, 0, 0)), null, 250, 250);
            TreeCheck trees = new(source, work, problems, objects, context.Cancellation);
            List<HistoryTag> tags = root.ReadTags(manifest);
            trees.Run(manifest.RootCatalog, manifest.RootCatalogSize, manifest.Revision);
            foreach (HistoryTag tag in tags)
            {
                trees.Run(tag.RootCatalog, tag.Size, tag.Revision);
            }

            objects.Complete();
            return new CheckOutcome(manifest.RepositoryName, manifest.Revision, trees.Revisions, trees.Catalogs, objects.Done, problems.Count);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static IObjectSource Open(CheckRequest request, OperationContext context)
    {
        string subject = request.Subject;
        if (subject.Contains("://", StringComparison.Ordinal))
        {
            return new HttpObjectSource(subject.TrimEnd('/'));
        }

        if (subject.Contains('/', StringComparison.Ordinal))
        {
            return new StoreObjectSource(LocalObjectStore.Open(subject));
        }

        RepositorySettings settings = context.Home.Load(subject);
        if (!settings.IsReplica)
        {
            using RepositorySession? session = RepositorySession.TryOpen(context, subject);
            if (session is null)
            {
                request.Note($"{subject} is being published at the moment; what is checked is the revision before");
            }
        }

        return new StoreObjectSource(context.Stores.Open(settings));
    }
}
