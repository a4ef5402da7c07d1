using System.Buffers;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Publishing.Committing;
using Strato.Publishing.Merging;
using Strato.Publishing.Nesting;

namespace Strato.Publishing.Operations;

/// <summary>Reads the dirtab of the revision that is edited.</summary>
internal static class PublishedDirtab
{
    public static Dirtab Read(RepositorySession session, WorkingCatalog root, int limit)
    {
        PathKey key = RepositoryPath.Root.Append(Dirtab.FileName).Key;
        if (root.Find(key) is not { IsRegularFile: true, IsExternal: false } entry || entry.Size > limit)
        {
            return Dirtab.Empty;
        }

        ArrayBufferWriter<byte> text = new();
        if (entry.IsChunked)
        {
            foreach (FileChunk chunk in root.Chunks(key, entry.Hash.Algorithm))
            {
                Append(new ObjectName(chunk.Hash, ObjectKind.Chunk), chunk.Size);
            }
        }
        else
        {
            Append(new ObjectName(entry.Hash, ObjectKind.File), entry.Size);
        }

        return Dirtab.Parse(text.WrittenSpan);

        void Append(ObjectName name, long size) => session.Objects.Read(name, entry.Compression, size, piece => text.Write(piece.Span));
    }
}
