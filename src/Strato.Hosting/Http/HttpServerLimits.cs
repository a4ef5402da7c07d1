namespace Strato.Hosting.Http;

/// <summary>What a server puts up with from slow peers.</summary>
public sealed record HttpServerLimits
{
    /// <summary>How long a request's headers may take to arrive.</summary>
    public TimeSpan RequestHeaders { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an idle connection is kept.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The slowest rate in bytes a second at which a peer may take a response, after <see cref="ResponseGrace"/>.</summary>
    public double MinimumResponseRate { get; init; } = 1024;

    /// <summary>How long a response may stall.</summary>
    public TimeSpan ResponseGrace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long running responses may take to end when the server stops.</summary>
    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(5);
}
