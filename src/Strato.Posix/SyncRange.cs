namespace Strato.Posix;

/// <summary>sync_file_range(2)'s steps.</summary>
[Flags]
public enum SyncRange
{
    None = 0,
    WaitBefore = 1,

    /// <summary>Start writing dirty pages out and do not wait for them.</summary>
    Write = 2,
    WaitAfter = 4,
}
