using System.Text;
using Strato.Core;
using Strato.Core.History;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Auditing;
using Strato.Publishing.Committing;
using Strato.Publishing.Merging;
using Strato.Publishing.Nesting;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Publishing.Scanning;
using Strato.Publishing.Synchronizing;

namespace Strato.Publishing.Transactions;

/// <summary>
/// Seals a transaction: <c>strato publish FQRN</c>. Only what was touched is walked, and only catalogs with something touched are opened.
/// </summary>
public static class TransactionPublish
{
    /// <summary>Publishes the transaction as one revision and ends it, or fails and leaves it open. Blocks until it is done.</summary>
    /// <exception cref="StratoException">Nothing was published and the transaction is open still; the message says why.</exception>
    public static PublishOutcome Run(TransactionPublishRequest request, OperationContext context, ITransactionViews views)
    {
        if (request.Tag is { } tag)
        {
            TagName.Require(tag);
        }

        return OperationAudit.Run("publish", request.Repository, context, audited => Seal(request, audited, views));
    }

    private static PublishOutcome Seal(TransactionPublishRequest request, OperationContext context, ITransactionViews views)
    {
        using RepositorySession session = RepositorySession.Open(context, request.Repository);
        session.SealsTransaction = true;
        TransactionPlaces places = new(session.Places);
        TransactionEnd.RemoveLeftovers(places, views, context.Warn);
        TransactionRecord record = Require(places);
        if (OpenTransaction.IsPublished(record, session.Manifest))
        {
            TransactionEnd.Run(places, record, views, context.Warn);
            return new PublishOutcome(true, session.Manifest.Revision, session.Manifest.RootCatalog.ToString(), 0, default);
        }

        RequireBase(request, record, session);
        RevisionCommit.RequireFreeTag(session, request.Tag);
        Close(request, places, record, views);
        PublishOutcome outcome;
        try
        {
            outcome = Publish(request, context, session, places, record);
        }
        catch
        {
            // Whoever wrote it goes on: the transaction stays open, as if nothing had been asked.
            Reopen(places, record, views, context.Warn);
            throw;
        }

        TransactionEnd.Run(places, record, views, context.Warn);
        return outcome;
    }

    private static TransactionRecord Require(TransactionPlaces places) =>
        TransactionState.Read(places) is { Stage: TransactionStage.Open } record
            ? record
            : throw new StratoException(
                $"{places.Name} has no transaction open; begin one (strato transaction {places.Name}), or name a directory to publish (--from DIR)");

    private static void RequireBase(TransactionPublishRequest request, TransactionRecord record, RepositorySession session)
    {
        if (record.RootCatalog != session.Manifest.RootCatalog.ToString() && !request.Force)
        {
            throw new StratoException(
                $"{session.Settings.Name} has changed since the transaction began at revision {record.Revision}: it is at {session.Manifest.Revision} now; "
                + "publish with --force to lay the changes over that, or drop them with strato abort");
        }
    }

    private static void Close(TransactionPublishRequest request, TransactionPlaces places, TransactionRecord record, ITransactionViews views)
    {
        if (request.Force)
        {
            views.Drop(places, record);
        }
        else
        {
            views.Hide(places, record);
        }
    }

    private static void Reopen(TransactionPlaces places, TransactionRecord record, ITransactionViews views, Action<string> warn)
    {
        try
        {
            views.Show(places, record);
        }
        catch (Exception error) when (error is StratoException or IOException)
        {
            warn($"the view {record.View} is not shown any more ({error.Message}); what was written is kept: strato transaction {places.Name} --resume shows it again");
        }
    }

    private static PublishOutcome Publish(
        TransactionPublishRequest request, OperationContext context, RepositorySession session, TransactionPlaces places, TransactionRecord record)
    {
        byte[] changes = Encoding.UTF8.GetBytes(places.Changes);
        ISourceRules rules = record.Kind == TransactionViewKind.Overlay ? new OverlayRules() : new ScratchRules();
        ChangesScope.Require(changes, TargetPath.Parse(record.Path), rules);
        using EditingStage stage = new(session, context, cuts: true);
        using StampReader noStamps = StampReader.None;
        using StampWriter stamps = new(Path.Combine(session.Places.Work, "index"));
        SealedTree tree = stage.Run(session, root =>
        {
            TemplateCopy.Run(stage.Catalogs, root, record, TemplateCopy.Makers(session));
            SourceTree source = new(session.Settings.IncludeXattrs, session.Settings.IncludeNanoseconds, context.Warn, rules.OwnAttributes);
            SynchronizationOptions options = Options(context, session, stage, changes, root, rules);
            new TreeSynchronizer(stage.Catalogs, stage.Pipeline, source, noStamps, stamps, options).Run(root);
        });
        if (tree.IsChanged)
        {
            TransactionState.Write(places, record with { Outcome = tree.Root.Hash.ToString() });
            RevisionCommit.Publish(session, tree, request.Tag, request.Message);
        }
        else if (request.Tag is { } name)
        {
            TagEditing.Add(session, name, request.Message);
        }

        return new PublishOutcome(tree.IsChanged, tree.Revision, tree.Root.Hash.ToString(), tree.Counters.Total.Entries, stage.Counts);
    }

    private static SynchronizationOptions Options(
        OperationContext context, RepositorySession session, EditingStage stage, byte[] changes, WorkingCatalog root, ISourceRules rules)
    {
        RepositorySettings settings = session.Settings;
        return new SynchronizationOptions
        {
            Source = changes,
            Target = RepositoryPath.Root,
            Rules = rules,
            Dirtab = Dirtab(session, changes, root, rules),
            Owner = (PosixProcess.EffectiveUserId, PosixProcess.EffectiveGroupId),
            Time = session.Now,
            EmptyFile = () => stage.EmptyFile.Value,
            IgnoresSpecialFiles = settings.IgnoreSpecialFiles,
            FileLimit = settings.FileLimit * 1024L * 1024L,
            EnforcesLimits = settings.EnforceLimits,
            Warn = context.Warn,
        };
    }

    // The dirtab of the revision that is made: the changed one, otherwise the one that is there.
    private static Dirtab Dirtab(RepositorySession session, byte[] changes, WorkingCatalog root, ISourceRules rules)
    {
        byte[] file = SourceTree.Join(changes, Nesting.Dirtab.FileName);
        if (PosixPath.GetStatus(null, file, out FileStatus status) != Errno.None)
        {
            return PublishedDirtab.Read(session, root, PublishedDirtab.MaximumLength);
        }

        return rules.IsOrder(Nesting.Dirtab.FileName, status, out _) ? Nesting.Dirtab.Empty : PublishedDirtab.ReadFile(file, status);
    }
}
