namespace Strato.Containers.Docker;

/// <summary>What the daemon is answered; what a call does not need is left out.</summary>
internal sealed record PluginReply
{
    /// <summary>What went wrong; empty for nothing.</summary>
    public string Err { get; init; } = "";

    /// <summary>What the plugin is, at Activate.</summary>
    public IReadOnlyList<string>? Implements { get; init; }

    /// <summary>Where the volume is seen, at Mount and Path.</summary>
    public string? Mountpoint { get; init; }

    /// <summary>At Get.</summary>
    public PluginVolume? Volume { get; init; }

    /// <summary>At List.</summary>
    public IReadOnlyList<PluginVolume>? Volumes { get; init; }

    /// <summary>At Capabilities.</summary>
    public PluginCapabilities? Capabilities { get; init; }
}
