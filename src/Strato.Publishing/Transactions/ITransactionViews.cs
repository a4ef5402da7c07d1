using Strato.Core;

namespace Strato.Publishing.Transactions;

/// <summary>Shows transactions to people: makes and takes away what they write in. One thread at a time, which holds the publisher's lock.</summary>
public interface ITransactionViews
{
    /// <summary>How this machine can show a transaction; for a scratch directory why it cannot do better.</summary>
    (TransactionViewKind Kind, string? Reason) Choose();

    /// <summary>Shows a transaction whose directories are there; also one whose view a restart took away.</summary>
    /// <exception cref="StratoException">It cannot be shown; nothing is mounted then.</exception>
    void Show(TransactionPlaces places, TransactionRecord record);

    /// <summary>True where the view can be used at the moment.</summary>
    bool IsShown(TransactionPlaces places, TransactionRecord record);

    /// <summary>Takes a view away that nobody uses, so that nothing can be written any more. Nothing where it is not there.</summary>
    /// <exception cref="StratoException">Somebody uses it; the message says who.</exception>
    void Hide(TransactionPlaces places, TransactionRecord record);

    /// <summary>Takes a view out of the tree, whoever uses it, and everything that was mounted for it. Never fails.</summary>
    void Drop(TransactionPlaces places, TransactionRecord? record);
}
