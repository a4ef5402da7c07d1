using Strato.Posix;

namespace Strato.Fuse.Handover;

/// <summary>
/// Whoever keeps a daemon's descriptors for its successor: a holder process, or a service manager. Disposing it without <see cref="Leave"/> leaves the
/// mount to a successor. Safe on all threads.
/// </summary>
public interface IDescriptorKeeper : IDisposable
{
    /// <summary>Has a descriptor kept from the <see cref="Commit"/> on; it stays the caller's, open as long as this object lives.</summary>
    /// <param name="tag">What a successor finds it by (<see cref="HandoverTag"/>).</param>
    /// <param name="descriptor">The descriptor.</param>
    void Keep(uint tag, FileDescriptor descriptor);

    /// <summary>Hands everything over. From its return on a successor follows when this process ends.</summary>
    /// <exception cref="PosixException">Nobody keeps anything.</exception>
    void Commit();

    /// <summary>Says that requests are being read now.</summary>
    /// <param name="connection">Who reads them: while it does not and some wait, the daemon hangs.</param>
    void Serving(FuseConnection connection);

    /// <summary>Says that this process is about to end for a successor.</summary>
    /// <param name="program">The program that the successor is.</param>
    /// <exception cref="PosixException">That cannot be told, and this daemon has to stay.</exception>
    void Depart(string program);

    /// <summary>The mount is over: nothing is kept any more.</summary>
    void Leave();
}
