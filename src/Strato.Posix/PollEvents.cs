namespace Strato.Posix;

/// <summary>poll(2)'s events.</summary>
[Flags]
public enum PollEvents
{
    None = 0,
    Readable = 1,
    Writable = 4,
    Error = 8,
    HangUp = 16,
    Invalid = 32,
}
