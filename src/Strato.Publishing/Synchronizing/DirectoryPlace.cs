using Strato.Core.Paths;
using Strato.Publishing.Merging;

namespace Strato.Publishing.Synchronizing;

/// <summary>A directory that is synchronized: where it is in the source, and where what is in it stands in the catalogs.</summary>
internal sealed class DirectoryPlace
{
    private readonly byte[] scratch;

    public DirectoryPlace(byte[] source, RepositoryPath path, WorkingCatalog catalog, bool isNew, bool isWhole, bool keepsMarker)
    {
        Source = source;
        Path = path;
        Key = path.Key;
        Catalog = catalog;
        IsNew = isNew;
        IsWhole = isWhole;
        KeepsMarker = keepsMarker;
        scratch = new byte[path.Bytes.Length + 1 + RepositoryPath.MaxNameLength];
        path.Bytes.CopyTo(scratch);
        scratch[path.Bytes.Length] = (byte)'/';
    }

    /// <summary>The source directory's path.</summary>
    public byte[] Source { get; }

    public RepositoryPath Path { get; }

    public PathKey Key { get; }

    /// <summary>The catalog with what is in the directory.</summary>
    public WorkingCatalog Catalog { get; }

    /// <summary>True where the catalogs had nothing below the directory.</summary>
    public bool IsNew { get; }

    /// <summary>True where the directory is to have nothing that the source lacks.</summary>
    public bool IsWhole { get; }

    /// <summary>True where the source lacks the directory's catalog marker but the catalogs are to keep theirs.</summary>
    public bool KeepsMarker { get; }

    /// <summary>By how many directories the directory has grown; its link count grows with it.</summary>
    public int AddedDirectories { get; set; }

    /// <summary>The key of a name in the directory. One thread at a time.</summary>
    public PathKey KeyOf(ReadOnlySpan<byte> name)
    {
        name.CopyTo(scratch.AsSpan(Path.Bytes.Length + 1));
        return RepositoryPath.KeyOf(scratch.AsSpan(0, Path.Bytes.Length + 1 + name.Length));
    }
}
