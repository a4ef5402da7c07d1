namespace Strato.Fuse.Protocol;

/// <summary>The FOPEN_ flags of an OPEN or OPENDIR reply.</summary>
[Flags]
public enum FuseOpenFlags : uint
{
    None = 0,

    /// <summary>No page cache: every read comes here.</summary>
    DirectIo = 1,

    /// <summary>Keep what is in the page cache from earlier opens of this node.</summary>
    KeepCache = 2,
    NonSeekable = 4,

    /// <summary>Of a directory: keep its listing in the page cache.</summary>
    CacheDir = 8,
    Stream = 16,

    /// <summary>Send no FLUSH on close.</summary>
    NoFlush = 32,
    ParallelDirectWrites = 64,

    /// <summary>The kernel reads the backing file; never together with <see cref="KeepCache"/>, which makes open(2) fail with EIO.</summary>
    Passthrough = 128,
}
