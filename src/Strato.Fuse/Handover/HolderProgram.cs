using Strato.Posix;

namespace Strato.Fuse.Handover;

/// <summary>How this daemon starts a holder.</summary>
public sealed record HolderProgram
{
    /// <summary>The program's path.</summary>
    public required string Path { get; init; }

    /// <summary>Its arguments.</summary>
    public required IReadOnlyList<byte[]> Arguments { get; init; }

    /// <summary>The build that this daemon, and so the holder, is of: a holder of another one is replaced.</summary>
    public required string Build { get; init; }

    /// <summary>The holder's standard streams, and those of daemons that it starts; stays the caller's and open.</summary>
    public required FileDescriptor Log { get; init; }
}
