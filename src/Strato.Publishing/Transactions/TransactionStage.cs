namespace Strato.Publishing.Transactions;

/// <summary>How far a transaction has come, as its record says.</summary>
public enum TransactionStage
{
    /// <summary>Its view is being made: nobody was told of it yet, and where that was interrupted nothing is lost.</summary>
    Opening,

    /// <summary>It is somebody's to write, publish or drop.</summary>
    Open,
}
