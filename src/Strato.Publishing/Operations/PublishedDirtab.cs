using System.Buffers;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Committing;
using Strato.Publishing.Merging;
using Strato.Publishing.Nesting;
using Strato.Publishing.Scanning;

namespace Strato.Publishing.Operations;

/// <summary>Reads the dirtab of the revision that is edited, or the one that a source has for it.</summary>
internal static class PublishedDirtab
{
    /// <summary>Bytes of the longest one.</summary>
    public const int MaximumLength = 16 * 1024 * 1024;

    /// <summary>Reads a file of this machine.</summary>
    /// <exception cref="StratoException">It is too long, or not a dirtab.</exception>
    public static Dirtab ReadFile(byte[] path, in FileStatus status) => Dirtab.Parse(ReadBytes(path, status));

    /// <summary>The text of the dirtab in a source directory; empty where there is none.</summary>
    /// <exception cref="StratoException">It is too long.</exception>
    public static byte[] ReadText(byte[] source)
    {
        byte[] file = SourceTree.Join(source, Dirtab.FileName);
        return PosixPath.GetStatus(null, file, out FileStatus status) == Errno.None && status.Type == Posix.FileType.Regular ? ReadBytes(file, status) : [];
    }

    private static byte[] ReadBytes(byte[] path, in FileStatus status)
    {
        if (status.Type != Posix.FileType.Regular || status.Size > MaximumLength)
        {
            throw new StratoException($"cannot publish {BytesText.Escape(path)}: a dirtab is a regular file of at most {MaximumLength} bytes");
        }

        byte[] text = new byte[status.Size];
        PosixFile.Open(null, path, OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file).ThrowIfFailed("open", path);
        using (file)
        {
            PosixFile.ReadFullyAt(file!, text, 0, out int length).ThrowIfFailed("read", path);
            return text[..length];
        }
    }

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
