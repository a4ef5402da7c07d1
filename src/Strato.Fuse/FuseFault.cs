using Strato.Fuse.Protocol;

namespace Strato.Fuse;

/// <summary>A request that failed through a bug; its caller got EIO.</summary>
/// <param name="Opcode">What was asked.</param>
/// <param name="NodeId">About which node.</param>
/// <param name="Unique">The request's number.</param>
/// <param name="Exception">What went wrong.</param>
public readonly record struct FuseFault(FuseOpcode Opcode, ulong NodeId, ulong Unique, Exception Exception);
