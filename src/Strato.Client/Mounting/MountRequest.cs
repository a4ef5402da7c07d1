using Strato.Core.Configuration;

namespace Strato.Client.Mounting;

/// <summary>What is to be mounted where. Immutable.</summary>
public sealed record MountRequest
{
    /// <summary>Which repository, from where, whom to trust, how to show it, which revision, which cache.</summary>
    public required RepositoryConfiguration Configuration { get; init; }

    /// <summary>The directory to mount on, as bytes; it exists.</summary>
    public required byte[] Directory { get; init; }

    /// <summary>The directory for the cache's files; made where it is missing.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>The control socket; its directory exists.</summary>
    public required string ControlSocket { get; init; }

    /// <summary>The program's version, which <c>user.version</c> shows.</summary>
    public required string Version { get; init; }

    /// <summary>Where log lines go; stays the caller's.</summary>
    public required TextWriter Log { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
