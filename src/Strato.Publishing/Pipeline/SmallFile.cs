using Strato.Core.Hashing;
using Strato.Posix;

namespace Strato.Publishing.Pipeline;

/// <summary>A file that is not cut: one worker reads it whole and stores it.</summary>
internal sealed class SmallFile(ContentPipeline pipeline, FileRequest request) : IWork
{
    public void Run(Worker worker)
    {
        for (int attempt = 1; ; attempt++)
        {
            using FileDescriptor file = SourceFile.Open(request.Path);
            FileStatus expected = request.Status;
            if (expected.Size > ContentPipeline.SmallFileLimit)
            {
                // It has grown since it was scanned.
                pipeline.SubmitLarge(request);
                return;
            }

            // A file that grew shows in its attributes afterwards, so nothing has to be read to see its end.
            byte[] buffer = worker.Input((int)expected.Size);
            PosixFile.ReadFullyAt(file, buffer.AsSpan(0, (int)expected.Size), 0, out int length)
                .ThrowIfFailed("read", request.Path);
            PosixFile.GetStatus(file, out FileStatus after).ThrowIfFailed("read", request.Path);
            if (length == expected.Size && SourceFile.IsSame(expected, after))
            {
                ObjectHash hash = worker.Objects.PutWhole(buffer.AsSpan(0, length), ObjectKind.File);
                pipeline.Finish(request, new StoredContent(hash, pipeline.Compression, length, []));
                return;
            }

            SourceFile.RequireRetry(request.Path, after, attempt);
            request.Status = after;
        }
    }
}
