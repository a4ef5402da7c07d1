using System.Text;
using Strato.Core;
using Strato.Core.Manifests;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Branches;
using Strato.Publishing.Committing;
using Strato.Publishing.Merging;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Transactions;

/// <summary>Opens a transaction: <c>strato transaction FQRN</c>. docs/designs/015-transactions.md has the states and what is on disk when.</summary>
public static class TransactionOpening
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    /// <summary>Throws where the paths of a request cannot be meant.</summary>
    /// <exception cref="StratoException">Says which and why.</exception>
    public static void RequirePaths(TransactionOpeningRequest request)
    {
        RepositoryPath path = TargetPath.Parse(request.Path);
        if (request.Template is { } template)
        {
            RepositoryPath from = TargetPath.Parse(template.From);
            RepositoryPath to = TargetPath.Parse(template.To);
            if (from.IsRoot || to.IsRoot || to.IsWithin(from) || from.IsWithin(to))
            {
                throw new StratoException($"cannot copy {from} to {to}: the two must lie beside each other");
            }

            if (!to.IsWithin(path))
            {
                throw new StratoException($"cannot copy to {to}: it is outside of {path}, which the transaction is to change");
            }
        }
    }

    /// <summary>Opens a transaction and shows its view. Blocks until that can be used.</summary>
    /// <exception cref="StratoException">There is one, somebody else changes the repository, or no view can be made; nothing is left then.</exception>
    public static TransactionRecord Run(TransactionOpeningRequest request, OperationContext context, ITransactionViews views)
    {
        RequirePaths(request);
        RepositorySettings settings = context.Home.Load(request.Repository);
        settings.RequirePublishedHere();
        RepositoryPlaces repository = context.Home.Places(settings.Name);
        TransactionPlaces places = new(repository);
        PublisherLock held = WaitForTurn(request, context, repository, views);
        using RepositorySession? session = request.Template is null ? null : RepositorySession.Open(context, settings.Name, held);
        using PublisherLock? own = session is null ? held : null;
        RequireDefaultBranch(repository);
        using RepositoryView now = RepositoryView.Open(settings.Name, context);
        TransactionRecord record = Describe(request, context, places, now.Manifest, views);
        try
        {
            if (session is not null)
            {
                record = record with { ShownCatalog = Copy(session, context, record) };
            }

            Prepare(places, record);
            views.Show(places, record);
            record = record with { Stage = TransactionStage.Open };
            TransactionState.Write(places, record);
            return record;
        }
        catch
        {
            TransactionEnd.Run(places, record, views, context.Warn);
            throw;
        }
    }

    // A view shows the current revision, which is not what a publish on a branch starts from.
    private static void RequireDefaultBranch(RepositoryPlaces repository)
    {
        if (BranchCheckout.Read(repository) is { } checkout)
        {
            throw new StratoException(
                $"{repository.Name} is checked out on the branch {checkout.Branch}, and a transaction begins at the current revision; "
                + $"publish on the branch with --from DIR, or go back with: strato checkout {repository.Name}");
        }
    }

    // Takes the lock once nobody has it and no transaction is open.
    private static PublisherLock WaitForTurn(TransactionOpeningRequest request, OperationContext context, RepositoryPlaces repository, ITransactionViews views)
    {
        long began = context.Clock.GetTimestamp();
        while (true)
        {
            StratoException busy;

            // Who waits for the end of a transaction must not be in the way of whoever ends it.
            bool isOpen = OpenTransaction.IsInUse(new TransactionPlaces(repository));
            PublisherLock? held = isOpen ? null : PublisherLock.TryTake(repository);
            try
            {
                if (held is not null && OpenTransaction.Settle(context, repository.Name, views) is null)
                {
                    PublisherLock taken = held;
                    held = null;
                    return taken;
                }

                busy = held is null && !isOpen ? PublisherLock.Busy(repository) : OpenTransaction.Refusal(new TransactionPlaces(repository));
            }
            finally
            {
                held?.Dispose();
            }

            if (context.Clock.GetElapsedTime(began) >= request.Wait)
            {
                throw busy;
            }

            _ = context.Cancellation.WaitHandle.WaitOne(LookAgain);
            context.Cancellation.ThrowIfCancellationRequested();
        }
    }

    private static TransactionRecord Describe(
        TransactionOpeningRequest request, OperationContext context, TransactionPlaces places, Manifest manifest, ITransactionViews views)
    {
        (TransactionViewKind kind, string? reason) = request.WantsScratch ? (TransactionViewKind.Scratch, null) : views.Choose();
        if (reason is not null)
        {
            context.Warn($"the transaction has a scratch directory instead of a view of {places.Name}: {reason}");
        }

        if (kind == TransactionViewKind.Scratch && request.View is not null)
        {
            throw new StratoException($"cannot show a transaction at {request.View}: a scratch directory has its own place; leave the directory out");
        }

        return new TransactionRecord
        {
            Stage = TransactionStage.Opening,
            Path = TargetPath.Parse(request.Path).ToString(),
            Kind = kind,
            View = kind == TransactionViewKind.Scratch ? places.Changes : Path.GetFullPath(request.View ?? context.Home.DefaultView(places.Name)),
            RootCatalog = manifest.RootCatalog.ToString(),
            Revision = manifest.Revision,
            ShownCatalog = manifest.RootCatalog.ToString(),
            TemplateFrom = request.Template is { } from ? TargetPath.Parse(from.From).ToString() : null,
            TemplateTo = request.Template is { } to ? TargetPath.Parse(to.To).ToString() : null,
            Opened = context.Clock.GetUtcNow(),
            OpenedBy = $"{Environment.UserName} on {Environment.MachineName}",
        };
    }

    private static string Copy(RepositorySession session, OperationContext context, TransactionRecord record)
    {
        using EditingStage stage = new(session, context, cuts: true);
        SealedTree tree = stage.Run(session, root => TemplateCopy.Run(stage.Catalogs, root, record, TemplateCopy.Makers(session)));
        Objects.Blocking.Wait(session.Store.FlushAsync(session.Cancellation));
        return tree.Root.Hash.ToString();
    }

    // The record comes first: what is there without one is rubbish.
    private static void Prepare(TransactionPlaces places, TransactionRecord record)
    {
        Make(places.Folder, 0x1c0);
        TransactionState.Write(places, record);
        Make(places.Changes, 0x1ed);
        if (record.Kind == TransactionViewKind.Overlay)
        {
            Make(places.OverlayWork, 0x1c0);
            Make(places.Lower, 0x1c0);
            Directory.CreateDirectory(record.View);
        }
    }

    private static void Make(string folder, uint permissions)
    {
        byte[] path = Encoding.UTF8.GetBytes(folder);
        PosixPath.MakeDirectory(null, path, permissions).ThrowIfFailed("make", path);
        PosixPath.SetPermissions(null, path, permissions).ThrowIfFailed("set the mode of", path);
    }
}
