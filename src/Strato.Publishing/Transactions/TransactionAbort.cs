using Strato.Core;
using Strato.Publishing.Auditing;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Transactions;

/// <summary>Drops a transaction: <c>strato abort FQRN</c>. It needs neither room on the disk nor a readable record, nor anybody's consent.</summary>
public static class TransactionAbort
{
    /// <summary>Drops the transaction, whatever state it is in. False where there was none.</summary>
    /// <exception cref="StratoException">There is no such repository, or a publish is at work on it.</exception>
    public static bool Run(string repository, OperationContext context, ITransactionViews views)
    {
        RepositoryPlaces home = context.Home.Places(repository);
        if (!Directory.Exists(home.Folder))
        {
            throw new StratoException($"there is no repository {repository} under {context.Home.Directory}");
        }

        // That it cannot be recorded, on a full disk, is no reason to keep it.
        return OperationAudit.Run("abort", repository, context, audited => Drop(home, audited, views), mayGoUnrecorded: true);
    }

    private static bool Drop(RepositoryPlaces home, OperationContext context, ITransactionViews views)
    {
        TransactionPlaces places = new(home);
        using PublisherLock held = PublisherLock.Take(home);
        bool wasThere = Directory.Exists(places.Folder);
        TransactionEnd.Run(places, ReadIfPossible(places), views, context.Warn);
        return wasThere;
    }

    private static TransactionRecord? ReadIfPossible(TransactionPlaces places)
    {
        try
        {
            return TransactionState.Read(places);
        }
        catch (StratoException)
        {
            // A damaged record is no reason to keep a transaction; its mounts are found without it.
            return null;
        }
    }
}
