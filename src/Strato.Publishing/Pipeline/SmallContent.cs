using Strato.Core.Hashing;

namespace Strato.Publishing.Pipeline;

/// <summary>Content of one block, which one worker stores.</summary>
internal sealed class SmallContent(ContentPipeline pipeline, ContentRequest request, Block content) : IWork
{
    public void Run(Worker worker)
    {
        ObjectHash hash = worker.Objects.PutWhole(content.Span, ObjectKind.File);
        worker.Blocks.Return(content.Bytes);
        pipeline.Finish(request, new StoredContent(hash, pipeline.Compression, content.Length, []));
    }
}
