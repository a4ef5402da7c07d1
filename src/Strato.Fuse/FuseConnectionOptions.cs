using Strato.Fuse.Protocol;

namespace Strato.Fuse;

/// <summary>How a connection serves. Immutable.</summary>
public sealed record FuseConnectionOptions
{
    /// <summary>
    /// What a read-only file system of immutable content asks for; a flag counts where the kernel offers it too. Why each is on or off stands in
    /// docs/fuse-notes.md.
    /// </summary>
    public const FuseInitFlags ReadOnlyFlags =
        FuseInitFlags.AsyncRead
        | FuseInitFlags.ParallelDirOps
        | FuseInitFlags.CacheSymlinks
        | FuseInitFlags.MaxPages
        | FuseInitFlags.DoReadDirPlus
        | FuseInitFlags.ReadDirPlusAuto
        | FuseInitFlags.NoOpenDirSupport
        | FuseInitFlags.InitExt
        | FuseInitFlags.HasExpireOnly
        | FuseInitFlags.HasResend;

    /// <summary>Threads that read requests: handlers do not wait for anything slow, so a few more than cores are enough.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 4, 16);

    /// <summary>Flags that are agreed where the kernel offers them.</summary>
    public FuseInitFlags Flags { get; init; } = ReadOnlyFlags;

    /// <summary>Bytes of the longest read or listing reply, a multiple of the page size; also the mount option <c>max_read</c>.</summary>
    public int MaxData { get; init; } = 1024 * 1024;

    /// <summary>Bytes that the kernel may read ahead; it offers 128 KiB.</summary>
    public int MaxReadahead { get; init; } = 1024 * 1024;

    /// <summary>Asynchronous requests (readahead) that the kernel may have waiting here at once.</summary>
    public int MaxBackground { get; init; } = 64;

    /// <summary>Told once for every request that failed through a bug of the file system or of the protocol. Called on worker threads; it must not throw.</summary>
    public Action<FuseFault>? OnFault { get; init; }

    /// <summary>Whether the thread of this id is being killed; tests say it themselves.</summary>
    internal Func<uint, bool> IsCallerDying { get; init; } = CallerProcess.IsDying;
}
