namespace Strato.Client.Mounting;

/// <summary>What programs may read of a request's failure.</summary>
/// <param name="Reason"><see cref="UnknownRepository"/>, for what does not go away by itself.</param>
public sealed record ControlRefusal(string Reason)
{
    /// <summary>There is no such repository, or nothing is configured for it.</summary>
    public const string UnknownRepository = "unknown_repository";
}
