using Strato.Core;
using Strato.Storage.Objects;

namespace Strato.Storage.Memory;

/// <summary>A body that breaks off: yields some bytes, then fails as a broken connection does.</summary>
internal sealed class TruncatedStream(ReadOnlyMemory<byte> bytes) : ForwardStream
{
    private int done;

    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, bytes.Length - done);
        if (count == 0 && !buffer.IsEmpty)
        {
            throw new StratoException("reading from memory: the connection broke off");
        }

        bytes.Span.Slice(done, count).CopyTo(buffer);
        done += count;
        return count;
    }
}
