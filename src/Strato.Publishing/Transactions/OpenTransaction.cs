using System.Globalization;
using Strato.Core;
using Strato.Core.Manifests;
using Strato.Publishing.Committing;
using Strato.Publishing.Operations;

namespace Strato.Publishing.Transactions;

/// <summary>Whether a repository has a transaction, and what to say to whoever is in its way. The lock is held by whoever asks.</summary>
internal static class OpenTransaction
{
    /// <summary>Removes what was interrupted, and returns the transaction that is open then; null for none.</summary>
    public static TransactionRecord? Settle(OperationContext context, string repository, ITransactionViews views)
    {
        TransactionPlaces places = new(context.Home.Places(repository));
        TransactionEnd.RemoveLeftovers(places, views, context.Warn);
        TransactionRecord? record = TransactionState.Read(places);
        if (record is null)
        {
            return null;
        }

        if (record.Stage == TransactionStage.Opening || IsPublished(context, record, repository))
        {
            TransactionEnd.Run(places, record, views, context.Warn);
            return null;
        }

        return record;
    }

    /// <summary>True where a publish announced its outcome, and was interrupted before it could say so.</summary>
    public static bool IsPublished(TransactionRecord record, Manifest manifest) =>
        record.Outcome is { } outcome && outcome != record.RootCatalog && outcome == manifest.RootCatalog.ToString();

    /// <summary>
    /// Throws where a transaction is open, which whoever makes a revision would pull the ground from under. One that was published, and interrupted then, is over.
    /// </summary>
    /// <exception cref="StratoException">Names it.</exception>
    public static void RequireNone(RepositorySession session)
    {
        TransactionPlaces places = new(session.Places);
        if (TransactionState.Read(places) is not { Stage: TransactionStage.Open } record)
        {
            return;
        }

        if (!IsPublished(record, session.Manifest))
        {
            throw Refusal(places);
        }

        // Once there is another revision nothing would tell that it was published. What is left has no record then, and goes with the next transaction.
        TransactionState.Remove(places);
    }

    /// <summary>Whether somebody has a transaction open, as far as can be seen without the lock: nothing of it waits to be settled.</summary>
    public static bool IsInUse(TransactionPlaces places)
    {
        try
        {
            return TransactionState.Read(places) is { Stage: TransactionStage.Open, Outcome: null };
        }
        catch (StratoException)
        {
            // Whoever has the lock says what is wrong with the record.
            return false;
        }
    }

    /// <summary>What to tell whoever finds one open.</summary>
    public static StratoException Refusal(TransactionPlaces places)
    {
        TransactionRecord? record = TransactionState.Read(places);
        string since = record is null ? "" : string.Create(CultureInfo.InvariantCulture, $", begun by {record.OpenedBy} at {record.Opened.UtcDateTime:u}");
        return new StratoException($"{places.Name} has a transaction open{since}; publish it (strato publish {places.Name}) or drop it (strato abort {places.Name})");
    }

    private static bool IsPublished(OperationContext context, TransactionRecord record, string repository)
    {
        if (record.Outcome is null)
        {
            return false;
        }

        using RepositoryView now = RepositoryView.Open(repository, context);
        return IsPublished(record, now.Manifest);
    }
}
