using System.Diagnostics;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Fuse.Statistics;

/// <summary>What a connection has answered up to some moment. A copy, which stays as it is.</summary>
public sealed class RequestStatistics
{
    private readonly long[][] buckets = [.. Enumerable.Range(0, RequestTally.Opcodes).Select(_ => new long[LatencyBounds.Seconds.Count + 1])];
    private readonly long[] ticks = new long[RequestTally.Opcodes];
    private readonly long[] errors = new long[RequestTally.Errors];

    /// <summary>The kinds of requests that came, each with its own.</summary>
    public IEnumerable<OpcodeStatistics> Opcodes =>
        Enumerable.Range(0, buckets.Length)
            .Where(opcode => Array.Exists(buckets[opcode], count => count > 0))
            .Select(opcode => new OpcodeStatistics((FuseOpcode)opcode, buckets[opcode], (double)ticks[opcode] / Stopwatch.Frequency));

    /// <summary>How often requests were answered with which error. <see cref="Errno.None"/> stands for errors that are not told apart.</summary>
    public IEnumerable<KeyValuePair<Errno, long>> Errors =>
        Enumerable.Range(0, errors.Length).Where(error => errors[error] > 0).Select(error => KeyValuePair.Create((Errno)error, errors[error]));

    /// <summary>Bytes that answered READ.</summary>
    public long DataBytes { get; internal set; }

    internal Span<long> BucketsOf(int opcode) => buckets[opcode];

    internal void AddTime(int opcode, long time) => ticks[opcode] += time;

    internal void AddErrors(int error, long count) => errors[error] += count;
}
