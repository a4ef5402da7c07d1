namespace Strato.Publishing.Transactions;

/// <summary>An open transaction, as its record file says: docs/designs/015-transactions.md.</summary>
public sealed record TransactionRecord
{
    /// <summary>How far it has come.</summary>
    public required TransactionStage Stage { get; init; }

    /// <summary>The absolute path in the repository that may be changed.</summary>
    public required string Path { get; init; }

    /// <summary>How it shows the repository.</summary>
    public required TransactionViewKind Kind { get; init; }

    /// <summary>The absolute path of the view.</summary>
    public required string View { get; init; }

    /// <summary>The root catalog that the repository announced when the transaction began.</summary>
    public required string RootCatalog { get; init; }

    /// <summary>The revision of the same.</summary>
    public required ulong Revision { get; init; }

    /// <summary>The root catalog that the view shows: another one where a template was copied.</summary>
    public required string ShownCatalog { get; init; }

    /// <summary>The absolute path in the repository that was copied; null for none.</summary>
    public string? TemplateFrom { get; init; }

    /// <summary>Where it was copied to.</summary>
    public string? TemplateTo { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Opened { get; init; }

    /// <summary>Who began it, such as <c>alice on build7</c>.</summary>
    public required string OpenedBy { get; init; }

    /// <summary>The root catalog that a publish was about to announce; null before one got so far.</summary>
    public string? Outcome { get; init; }
}
