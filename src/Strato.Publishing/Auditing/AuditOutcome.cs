namespace Strato.Publishing.Auditing;

/// <summary>How an operation ended.</summary>
public enum AuditOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>There was nothing to do.</summary>
    Unchanged,

    /// <summary>It was refused, or it failed.</summary>
    Failed,

    /// <summary>Somebody asked it to stop.</summary>
    Interrupted,
}
