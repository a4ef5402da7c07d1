using Strato.Core;

namespace Strato.Publishing.Tarballs;

/// <summary>An archive's bytes, read forward in exact amounts. An end that comes too early is an error that names the archive.</summary>
internal sealed class TarInput
{
    public const int BlockLength = 512;

    private readonly Stream stream;
    private readonly string archive;
    private readonly byte[] buffer = new byte[256 * 1024];
    private int start;
    private int end;

    /// <summary>Reads from a stream.</summary>
    /// <param name="stream">The plain archive. Not disposed here.</param>
    /// <param name="archive">What people call it.</param>
    public TarInput(Stream stream, string archive)
    {
        this.stream = stream;
        this.archive = archive;
    }

    /// <summary>The number of bytes that were taken.</summary>
    public long Position { get; private set; }

    /// <summary>Reads one block; false where the archive ends right before it.</summary>
    public bool TryReadBlock(Span<byte> block)
    {
        if (start == end && !Fill())
        {
            return false;
        }

        ReadExactly(block);
        return true;
    }

    public void ReadExactly(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int count = Read(destination);
            if (count == 0)
            {
                throw Truncated();
            }

            destination = destination[count..];
        }
    }

    /// <summary>Reads some bytes; 0 only at the archive's end.</summary>
    public int Read(Span<byte> destination)
    {
        if (start == end && !Fill())
        {
            return 0;
        }

        int count = Math.Min(destination.Length, end - start);
        buffer.AsSpan(start, count).CopyTo(destination);
        start += count;
        Position += count;
        return count;
    }

    public void Skip(long count)
    {
        while (count > 0)
        {
            if (start == end && !Fill())
            {
                throw Truncated();
            }

            int step = (int)Math.Min(count, end - start);
            start += step;
            Position += step;
            count -= step;
        }
    }

    /// <summary>
    /// Reads on to the end of the stream itself: a compressed one has its checksum there, and whoever writes a pipe wants to be heard out.
    /// </summary>
    public void SkipAll()
    {
        do
        {
            Position += end - start;
        }
        while (Fill());
    }

    /// <summary>Skips to the next block's beginning.</summary>
    public void SkipPadding() => Skip((BlockLength - (Position % BlockLength)) % BlockLength);

    public StratoException Truncated() =>
        new($"{archive} ends too early, after {Position} bytes; it is truncated");

    public StratoException Malformed(string what) =>
        new($"{archive} is not a valid tar archive: {what}, {Position} bytes in");

    private bool Fill()
    {
        start = 0;
        try
        {
            end = stream.Read(buffer);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            throw new StratoException($"cannot read {archive}: {failure.Message.TrimEnd('.')}", failure);
        }

        return end > 0;
    }
}
