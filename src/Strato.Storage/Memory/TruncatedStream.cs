using Strato.Core;

namespace Strato.Storage.Memory;

/// <summary>A body that breaks off: yields some bytes, then fails as a broken connection does.</summary>
internal sealed class TruncatedStream(byte[] bytes, int offset, int length) : MemoryStream(bytes, offset, length, writable: false)
{
    public override int Read(Span<byte> buffer)
    {
        int read = base.Read(buffer);
        return read > 0 || buffer.IsEmpty ? read : throw BrokeOff();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken)
            : ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    private static StratoException BrokeOff() => new("reading from memory: the connection broke off");
}
