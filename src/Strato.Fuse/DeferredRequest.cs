using Strato.Fuse.Protocol;

namespace Strato.Fuse;

/// <summary>A request that waits for its completion.</summary>
/// <param name="Opcode">What it asks.</param>
/// <param name="Started">When it was read, in ticks of the stopwatch.</param>
/// <param name="Pid">The calling thread.</param>
/// <param name="IsInterrupted">The caller got a signal, perhaps one that kills it.</param>
internal readonly record struct DeferredRequest(FuseOpcode Opcode, long Started, uint Pid, bool IsInterrupted);
