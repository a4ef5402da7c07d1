using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Fuse;

/// <summary>Where the answers of deferred requests go: a connection, or a test. Called from any thread.</summary>
public interface IFuseReplySink
{
    /// <summary>A request leaves its worker unanswered; exactly one <see cref="Reply"/> with its number follows, perhaps already during this call's return.</summary>
    void Defer(in FuseInHeader header);

    /// <summary>
    /// Answers a deferred request. The payload is used only during the call. A request that is gone by now (its caller was killed, the file
    /// system was unmounted) is dropped silently, and false tells that nobody got what the answer gave.
    /// </summary>
    bool Reply(ulong unique, Errno errno, ReadOnlySpan<byte> payload);
}
