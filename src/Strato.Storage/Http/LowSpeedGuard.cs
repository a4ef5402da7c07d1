namespace Strato.Storage.Http;

/// <summary>
/// Ends a transfer that is too slow: whenever a timeout's time goes by without that many seconds' worth of the lowest speed having come
/// in. The time to connect and to the first byte counts like any other.
/// </summary>
internal sealed class LowSpeedGuard : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly TimeSpan timeout;
    private readonly long wanted;
    private long received;

    /// <summary>Starts the first window.</summary>
    /// <param name="timeout">The window's length.</param>
    /// <param name="lowestSpeed">Bytes a second.</param>
    /// <param name="cancellationToken">What else ends the transfer.</param>
    public LowSpeedGuard(TimeSpan timeout, int lowestSpeed, CancellationToken cancellationToken)
    {
        this.timeout = timeout;
        wanted = Math.Max(1, (long)(lowestSpeed * timeout.TotalSeconds));
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(timeout);
    }

    /// <summary>Cancelled once the transfer is too slow, or its caller gave up.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Counts bytes that came in.</summary>
    public void Received(int count)
    {
        received += count;
        if (received >= wanted)
        {
            received = 0;
            source.CancelAfter(timeout);
        }
    }

    public void Dispose() => source.Dispose();
}
