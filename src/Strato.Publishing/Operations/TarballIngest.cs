using Strato.Core;
using Strato.Core.History;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Auditing;
using Strato.Publishing.Committing;
using Strato.Publishing.Ingest;
using Strato.Publishing.Merging;
using Strato.Publishing.Repositories;
using Strato.Publishing.Tarballs;
using Strato.Publishing.Transactions;

namespace Strato.Publishing.Operations;

/// <summary>Takes a tarball into a repository as a stream: <c>strato ingest FQRN --tar FILE --to /PATH</c>.</summary>
public static class TarballIngest
{
    /// <summary>Throws where the paths of a request cannot be meant: see <see cref="TarballIngestRequest"/>.</summary>
    /// <exception cref="StratoException">Says which and why.</exception>
    public static void RequirePaths(string target, IReadOnlyList<string> removed, bool makesCatalog)
    {
        if (removed.Any(path => TargetPath.Parse(path).IsRoot))
        {
            throw new StratoException("cannot delete the repository's root; name what is to go");
        }

        if (TargetPath.Parse(target).IsRoot && makesCatalog)
        {
            throw new StratoException("the repository's root has its own catalog anyway; leave --catalog out");
        }
    }

    /// <summary>Publishes the archive's content as one revision, or nothing of it. Blocks until it is done.</summary>
    /// <exception cref="StratoException">Nothing was changed; the message says why.</exception>
    public static PublishOutcome Run(TarballIngestRequest request, OperationContext context)
    {
        RequirePaths(request.Target, request.Removed, request.MakesCatalog);
        if (request.Tag is { } tag)
        {
            TagName.Require(tag);
        }

        RepositoryPath target = TargetPath.Parse(request.Target);
        List<RepositoryPath> removed = [.. request.Removed.Select(TargetPath.Parse)];
        return OperationAudit.Run("ingest", request.Repository, context, audited => Ingest(request, target, removed, audited));
    }

    private static PublishOutcome Ingest(TarballIngestRequest request, RepositoryPath target, List<RepositoryPath> removed, OperationContext context)
    {
        using RepositorySession session = RepositorySession.Open(context, request.Repository);
        OpenTransaction.RequireNone(session);
        RevisionCommit.RequireFreeTag(session, RevisionCommit.RequireTag(session, request.Tag));
        using Stream plain = TarballStream.Open(request.Archive, request.ArchiveName);
        // The genuine ingest cuts nothing, and objects are to have the same names.
        using EditingStage stage = new(session, context, cuts: false);
        RepositorySettings settings = session.Settings;
        SealedTree tree = stage.Run(session, root => new ArchiveMerge(new CatalogPaths(stage.Catalogs, root), stage.Pipeline, new IngestOptions
        {
            Target = target,
            Removed = removed,
            MakesCatalog = request.MakesCatalog,
            Owner = (PosixProcess.EffectiveUserId, PosixProcess.EffectiveGroupId),
            Time = session.Now,
            IncludesXattrs = settings.IncludeXattrs,
            IncludesNanoseconds = settings.IncludeNanoseconds,
            IgnoresSpecialFiles = settings.IgnoreSpecialFiles,
            FileLimit = settings.FileLimit * 1024L * 1024L,
            EnforcesLimits = settings.EnforceLimits,
            EmptyFile = () => stage.EmptyFile.Value,
            Warn = context.Warn,
        }).Run(new TarReader(plain, request.ArchiveName)));
        if (tree.IsChanged)
        {
            RevisionCommit.Publish(session, tree, request.Tag, request.Message);
        }
        else if (request.Tag is { } name)
        {
            TagEditing.Add(session, name, request.Message);
        }

        return new PublishOutcome(tree.IsChanged, tree.Revision, tree.Root.Hash.ToString(), tree.Counters.Total.Entries, stage.Counts);
    }
}
