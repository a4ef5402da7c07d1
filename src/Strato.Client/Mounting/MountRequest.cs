using Strato.Client.Attachments;
using Strato.Core.Configuration;
using Strato.Fuse.Handover;
using Strato.Hosting.Logging;

namespace Strato.Client.Mounting;

/// <summary>What is to be mounted where. Immutable.</summary>
public sealed record MountRequest
{
    /// <summary>The repository; null for all of them, each below the root under its name.</summary>
    public string? Repository { get; init; }

    /// <summary>How repositories are to be used.</summary>
    public required IRepositoryConfigurations Repositories { get; init; }

    /// <summary>What counts for the mount as a whole: permissions, how long the kernel keeps things, the cache's quota.</summary>
    public required RepositoryConfiguration Configuration { get; init; }

    /// <summary>How attachments come and go.</summary>
    public AttachmentOptions Attachments { get; init; } = new();

    /// <summary>Whether a mount of one repository takes a revision that is older than one already seen.</summary>
    public bool AcceptsOlder { get; init; }

    /// <summary>The directory to mount on, as bytes; it exists.</summary>
    public required byte[] Directory { get; init; }

    /// <summary>The directory for the cache's files; made where it is missing.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>The control socket; its directory exists.</summary>
    public required string ControlSocket { get; init; }

    /// <summary>The program's version, which <c>user.version</c> shows.</summary>
    public required string Version { get; init; }

    /// <summary>Where log lines go.</summary>
    public required LogWriter Log { get; init; }

    /// <summary>Keeps what a successor needs when this process dies; null where the mount then ends.</summary>
    public IDescriptorKeeper? Keeper { get; init; }

    /// <summary>What a predecessor left, which is served on in place of a new mount; null for that.</summary>
    public HandoverInheritance? Inheritance { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
