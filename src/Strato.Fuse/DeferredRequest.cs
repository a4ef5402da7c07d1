namespace Strato.Fuse;

/// <summary>A request that waits for its completion.</summary>
/// <param name="Pid">The calling thread.</param>
/// <param name="IsInterrupted">The caller got a signal, perhaps one that kills it.</param>
internal readonly record struct DeferredRequest(uint Pid, bool IsInterrupted);
