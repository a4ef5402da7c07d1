using System.Text;
using Strato.Core;
using Strato.Core.History;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Auditing;
using Strato.Publishing.Committing;
using Strato.Publishing.Merging;
using Strato.Publishing.Nesting;
using Strato.Publishing.Repositories;
using Strato.Publishing.Scanning;
using Strato.Publishing.Synchronizing;
using Strato.Publishing.Transactions;

namespace Strato.Publishing.Operations;

/// <summary>Synchronizes a directory of this machine into a repository: <c>strato publish FQRN --from DIR</c>.</summary>
public static class TreePublish
{
    /// <summary>Publishes the tree as one revision, or not at all. Blocks until it is done.</summary>
    /// <exception cref="StratoException">Nothing was changed; the message says why.</exception>
    public static PublishOutcome Run(TreePublishRequest request, OperationContext context)
    {
        RepositoryPath target = TargetPath.Parse(request.Target);
        if (request.Tag is { } tag)
        {
            TagName.Require(tag);
        }

        byte[] source = Resolve(request.Source);
        return OperationAudit.Run("publish", request.Repository, context, audited => Publish(request, target, source, audited));
    }

    private static PublishOutcome Publish(TreePublishRequest request, RepositoryPath target, byte[] source, OperationContext context)
    {
        using RepositorySession session = RepositorySession.Open(context, request.Repository);
        OpenTransaction.RequireNone(session);
        RevisionCommit.RequireFreeTag(session, RevisionCommit.RequireTag(session, request.Tag));
        string index = IndexFile(session, target);
        TreeIndex about = new(session, request.Deletes, target.IsRoot ? PublishedDirtab.ReadText(source) : []);
        TreeProof? proof = about.Prove(index, source, out long entries);
        if (proof is { IsUnchanged: true })
        {
            Name(request, session);
            return new PublishOutcome(false, session.Manifest.Revision, session.Manifest.RootCatalog.ToString(), entries, default);
        }

        using EditingStage stage = new(session, context, cuts: true);
        SealedTree tree;
        using (StampReader oldStamps = StampReader.Open(index))
        using (StampWriter newStamps = new(Path.Combine(session.Places.Work, "index")))
        {
            tree = stage.Run(session, root =>
            {
                SynchronizationOptions options = Options(request, context, session, stage, source, target, root);
                SourceTree tree = new(session.Settings.IncludeXattrs, session.Settings.IncludeNanoseconds, context.Warn);
                new TreeSynchronizer(stage.Catalogs, stage.Pipeline, tree, oldStamps, newStamps, options, proof).Run(root);
            });
            newStamps.Complete(about.Head(tree.Root.Hash, tree.Counters.Total.Entries));
        }

        if (tree.IsChanged)
        {
            RevisionCommit.Publish(session, tree, request.Tag, request.Message);
        }
        else
        {
            Name(request, session);
        }

        File.Move(Path.Combine(session.Places.Work, "index"), index, overwrite: true);
        return new PublishOutcome(tree.IsChanged, tree.Revision, tree.Root.Hash.ToString(), tree.Counters.Total.Entries, stage.Counts);
    }

    private static void Name(TreePublishRequest request, RepositorySession session)
    {
        if (request.Tag is { } name)
        {
            TagEditing.Add(session, name, request.Message);
        }
    }

    private static SynchronizationOptions Options(
        TreePublishRequest request, OperationContext context, RepositorySession session, EditingStage stage, byte[] source, RepositoryPath target, WorkingCatalog root)
    {
        RepositorySettings settings = session.Settings;
        return new SynchronizationOptions
        {
            Source = source,
            Target = target,
            Rules = new TreeRules(request.Deletes),
            Dirtab = ReadDirtab(request, session, source, target, root),
            Owner = (PosixProcess.EffectiveUserId, PosixProcess.EffectiveGroupId),
            Time = session.Now,
            EmptyFile = () => stage.EmptyFile.Value,
            IgnoresSpecialFiles = settings.IgnoreSpecialFiles,
            FileLimit = settings.FileLimit * 1024L * 1024L,
            EnforcesLimits = settings.EnforceLimits,
            Warn = context.Warn,
        };
    }

    // The dirtab of the revision that is made: the source's where that becomes the root, otherwise the one that is there.
    private static Dirtab ReadDirtab(TreePublishRequest request, RepositorySession session, byte[] source, RepositoryPath target, WorkingCatalog root)
    {
        if (target.IsRoot)
        {
            byte[] text = PublishedDirtab.ReadText(source);
            if (text.Length > 0)
            {
                return Dirtab.Parse(text);
            }

            if (request.Deletes)
            {
                return Dirtab.Empty;
            }
        }

        return PublishedDirtab.Read(session, root, PublishedDirtab.MaximumLength);
    }

    private static byte[] Resolve(string source)
    {
        string full = Path.GetFullPath(source);
        byte[] path = Encoding.UTF8.GetBytes(full == "/" ? "/." : full);
        Errno errno = PosixPath.GetStatus(null, path, out FileStatus status, follow: true);
        if (errno != Errno.None || status.Type != Posix.FileType.Directory)
        {
            string reason = errno == Errno.None ? "it is not a directory" : errno.Describe();
            throw new StratoException($"cannot publish {BytesText.Escape(path)}: {reason}");
        }

        // A link is followed here, once; below, links are published as links.
        FileSystemInfo? link = new DirectoryInfo(full).ResolveLinkTarget(returnFinalTarget: true);
        return link is null ? path : Encoding.UTF8.GetBytes(link.FullName);
    }

    private static string IndexFile(RepositorySession session, RepositoryPath target)
    {
        Directory.CreateDirectory(session.Places.Index);
        PathKey key = target.Key;
        return Path.Combine(session.Places.Index, $"{key.First:x16}{key.Second:x16}");
    }
}
