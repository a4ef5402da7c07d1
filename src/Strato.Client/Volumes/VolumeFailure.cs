using Strato.Core;

namespace Strato.Client.Volumes;

/// <summary>Something about a volume cannot be done: one line for whoever wrote the volume, and a kind for the programs that asked.</summary>
public sealed class VolumeFailure : StratoException
{
    public VolumeFailure(VolumeFailureKind kind, string message)
        : base(message) => Kind = kind;

    public VolumeFailure(VolumeFailureKind kind, string message, Exception cause)
        : base(message, cause) => Kind = kind;

    /// <summary>What sort of failure it is.</summary>
    public VolumeFailureKind Kind { get; }

    /// <summary>A failure of <see cref="VolumeFailureKind.InvalidArgument"/>.</summary>
    public static VolumeFailure Invalid(string message) => new(VolumeFailureKind.InvalidArgument, message);
}
