namespace Strato.Posix;

/// <summary>Signals by their Linux numbers on x86_64 and aarch64.</summary>
public enum Signal
{
    /// <summary>Sends nothing and tells whether the process exists.</summary>
    None = 0,
    Hangup = 1,
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    User1 = 10,
    User2 = 12,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
