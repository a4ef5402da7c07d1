using Strato.Fuse.Protocol;

namespace Strato.Fuse.Statistics;

/// <summary>What was answered of one kind of requests.</summary>
/// <param name="Opcode">The kind; <see cref="FuseOpcode.None"/> for those that are not told apart.</param>
/// <param name="Buckets">How many took a time up to each of <see cref="LatencyBounds.Seconds"/> and above the one before; the last, how many took longer than all.</param>
/// <param name="Seconds">How long all took, from being read to being answered.</param>
public sealed record OpcodeStatistics(FuseOpcode Opcode, IReadOnlyList<long> Buckets, double Seconds);
