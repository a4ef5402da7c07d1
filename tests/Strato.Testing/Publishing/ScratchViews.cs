using Strato.Core;
using Strato.Publishing.Transactions;

namespace Strato.Testing.Publishing;

/// <summary>Views without mounts: every transaction has a scratch directory. They can be used by nobody, somebody, or fail.</summary>
public sealed class ScratchViews : ITransactionViews
{
    /// <summary>Who is said to use a view; null for nobody.</summary>
    public string? User { get; set; }

    /// <summary>What showing a view fails with; null where it works.</summary>
    public Exception? Failure { get; set; }

    /// <summary>How many views were dropped.</summary>
    public int Drops { get; private set; }

    /// <inheritdoc/>
    public (TransactionViewKind Kind, string? Reason) Choose() => (TransactionViewKind.Scratch, null);

    /// <inheritdoc/>
    public void Show(TransactionPlaces places, TransactionRecord record)
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }

    /// <inheritdoc/>
    public bool IsShown(TransactionPlaces places, TransactionRecord record) => Directory.Exists(places.Changes);

    /// <inheritdoc/>
    public void Hide(TransactionPlaces places, TransactionRecord record)
    {
        if (User is not null)
        {
            throw new StratoException($"{User} uses the view");
        }
    }

    /// <inheritdoc/>
    public void Drop(TransactionPlaces places, TransactionRecord? record) => Drops++;
}
