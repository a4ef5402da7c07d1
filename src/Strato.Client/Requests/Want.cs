namespace Strato.Client.Requests;

/// <summary>What a request waits for, off its worker. Belongs to one request, which is run again once it is fulfilled and finds it in <see cref="Caller.Supplied"/>.</summary>
internal abstract class Want : IDisposable
{
    /// <summary>Does the waiting, or the work. Throws <see cref="Core.StratoException"/> where it fails.</summary>
    public abstract Task FulfilAsync(CancellationToken cancellation);

    /// <summary>Lets go of what nobody has taken.</summary>
    public virtual void Dispose()
    {
    }
}
