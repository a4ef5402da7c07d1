namespace Strato.Posix;

/// <summary>How a program that is started differs from the one that starts it.</summary>
[Flags]
public enum SpawnOptions
{
    None = 0,

    /// <summary>It leads a session of its own, without a terminal (setsid).</summary>
    NewSession = 1,

    /// <summary>Signals that are ignored here have their usual effect there.</summary>
    DefaultSignals = 2,
}
