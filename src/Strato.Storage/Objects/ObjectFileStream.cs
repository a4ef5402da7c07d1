using Strato.Posix;

namespace Strato.Storage.Objects;

/// <summary>Reads a part of an open object forward; owns the descriptor.</summary>
internal sealed class ObjectFileStream(FileDescriptor file, string place, long offset, long length) : ForwardStream
{
    private long done;

    public override long Length => length;

    public override int Read(Span<byte> buffer)
    {
        int wanted = (int)Math.Min(buffer.Length, length - done);
        if (wanted == 0)
        {
            return 0;
        }

        PosixFile.ReadAt(file, buffer[..wanted], offset + done, out int count).ThrowIfFailed("reading an object", place);
        done += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
