using System.Buffers;
using System.Text;
using Strato.Posix;

namespace Strato.Storage.Http;

/// <summary>Reads from a server that is a directory of this machine (<c>file://</c>), as the genuine client can.</summary>
internal static class FileTransport
{
    public const string Scheme = "file://";

    /// <summary>Copies the file into the sink; null where that succeeded.</summary>
    public static FetchFailure? Try(string serverUrl, DownloadRequest request, IDownloadSink sink, CancellationToken cancellationToken)
    {
        string address = serverUrl + request.Path;
        byte[] path = Decode(address.AsSpan(Scheme.Length));
        sink.Begin();
        Errno errno = PosixFile.Open(null, path, OpenFlags.ReadOnly, out FileDescriptor? file);
        if (errno != Errno.None)
        {
            FetchFailureKind kind = errno is Errno.ENOENT or Errno.ENOTDIR ? FetchFailureKind.NotFound : FetchFailureKind.Connection;
            return new FetchFailure(kind, AtProxy: false, $"{address}: {errno.Describe()}");
        }

        using (file)
        {
            errno = PosixFile.GetStatus(file!, out FileStatus status);
            if (errno != Errno.None || status.Type != FileType.Regular)
            {
                return new FetchFailure(FetchFailureKind.NotFound, AtProxy: false, $"{address}: not a file");
            }

            sink.Announce(status.Size, DateTimeOffset.FromUnixTimeSeconds(status.ModificationTime.Seconds));
            return request.HeadersOnly ? null : Copy(file!, address, request, sink, cancellationToken);
        }
    }

    private static FetchFailure? Copy(
        FileDescriptor file, string address, DownloadRequest request, IDownloadSink sink, CancellationToken cancellationToken)
    {
        long position = request.Range?.Offset ?? 0;
        long remaining = request.Range?.Length ?? long.MaxValue;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            while (remaining > 0)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    return new FetchFailure(FetchFailureKind.Cancelled, AtProxy: false, $"{address}: cancelled");
                }

                int wanted = (int)Math.Min(remaining, buffer.Length);
                Errno errno = PosixFile.ReadAt(file, buffer.AsSpan(0, wanted), position, out int count);
                if (errno != Errno.None)
                {
                    return new FetchFailure(FetchFailureKind.ShortTransfer, AtProxy: false, $"{address}: {errno.Describe()}");
                }

                if (count == 0)
                {
                    break;
                }

                if (sink.Write(buffer.AsSpan(0, count)) is { } problem)
                {
                    return new FetchFailure(FetchFailureKind.BadData, AtProxy: false, $"{address}: {problem}");
                }

                position += count;
                remaining -= count;
            }

            return sink.Finish() is { } wrong ? new FetchFailure(FetchFailureKind.BadData, AtProxy: false, $"{address}: {wrong}") : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Decode(ReadOnlySpan<char> path)
    {
        byte[] text = new byte[Encoding.UTF8.GetByteCount(path)];
        Encoding.UTF8.GetBytes(path, text);
        int length = 0;
        for (int index = 0; index < text.Length; index++)
        {
            bool isEncoded = text[index] == '%' && index + 2 < text.Length
                && char.IsAsciiHexDigit((char)text[index + 1]) && char.IsAsciiHexDigit((char)text[index + 2]);
            text[length++] = isEncoded ? Convert.ToByte(Encoding.ASCII.GetString(text, index + 1, 2), 16) : text[index];
            index += isEncoded ? 2 : 0;
        }

        return text[..length];
    }
}
