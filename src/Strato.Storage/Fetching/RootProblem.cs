namespace Strato.Storage.Fetching;

/// <summary>Why a server's root is not used.</summary>
/// <param name="Message">One line for a person.</param>
/// <param name="IsRefusal">True for a root that may not be trusted; false where there was no root at all, only silence or something like
/// a web page.</param>
/// <param name="AnotherServerMayHelp">True where the next server may offer a good one.</param>
internal sealed record RootProblem(string Message, bool IsRefusal, bool AnotherServerMayHelp)
{
    /// <summary>True where servers answer and have no repository of that name.</summary>
    public bool IsUnknown { get; init; }
}
