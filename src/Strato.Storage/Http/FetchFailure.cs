namespace Strato.Storage.Http;

/// <summary>Something that could not be fetched.</summary>
/// <param name="Kind">Why.</param>
/// <param name="AtProxy">True where the proxy is to blame, as far as one can tell.</param>
/// <param name="Message">One line for a person.</param>
public sealed record FetchFailure(FetchFailureKind Kind, bool AtProxy, string Message)
{
    /// <summary>True where nothing that is asked for comes from any server at present, which <see cref="HttpSourceOptions.Notice"/> has told.</summary>
    public bool IsOutage { get; init; }

    /// <summary>True for a connection that broke: the next try may well succeed at the same place.</summary>
    internal bool IsBrokenTransfer => Kind == FetchFailureKind.ShortTransfer;

    /// <summary>True where no other server or proxy would help.</summary>
    internal bool IsFinal => Kind is FetchFailureKind.Local or FetchFailureKind.Cancelled;
}
