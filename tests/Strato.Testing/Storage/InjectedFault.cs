namespace Strato.Testing.Storage;

/// <summary>What a <see cref="FaultyObjectStore"/> does with one call.</summary>
public enum InjectedFault
{
    /// <summary>Fails at once and does nothing, as a disk with an I/O error or without space does.</summary>
    Refusal,

    /// <summary>Fails some time later on another thread and does nothing, as a server that does not answer does.</summary>
    Timeout,

    /// <summary>Does what was asked and fails then: the answer is lost.</summary>
    LostAnswer,

    /// <summary>A swap finds another version than the expected one, and does nothing. Other calls go well.</summary>
    LostRace,

    /// <summary>The bytes that are read break off in the middle. Other calls go well.</summary>
    BrokenBody,
}
