namespace Strato.Publishing.Transactions;

/// <summary>How a transaction shows the repository.</summary>
public enum TransactionViewKind
{
    /// <summary>The whole repository, writable: a kernel overlayfs above a read-only mount.</summary>
    Overlay,

    /// <summary>An empty directory, whose content is laid over the repository when it is published.</summary>
    Scratch,
}
