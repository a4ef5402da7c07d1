namespace Strato.Fuse.Handover;

/// <summary>How a daemon is started again. Immutable.</summary>
public sealed record HandoverOrder
{
    /// <summary>The absolute path of the program.</summary>
    public required byte[] Program { get; init; }

    /// <summary>The program before the last change of build; empty for none. It is tried where <see cref="Program"/> does not come to serve.</summary>
    public byte[] PreviousProgram { get; init; } = [];

    /// <summary>Its arguments as bytes, without the name that comes first.</summary>
    public required IReadOnlyList<byte[]> Arguments { get; init; }

    /// <summary>The working directory, against which relative paths among the arguments are meant.</summary>
    public required byte[] Directory { get; init; }

    /// <summary>How long requests may wait without one being read before the daemon counts as hung and is killed; zero for ever.</summary>
    public TimeSpan HangLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The daemon's oom_score_adj; the holder has one of its own.</summary>
    public int OutOfMemoryScore { get; init; }
}
