using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Tarballs;
using FileType = Strato.Core.Catalogs.FileType;
using XattrList = Strato.Core.Catalogs.ExtendedAttributes;

namespace Strato.Publishing.Ingest;

/// <summary>Makes catalog rows of what an archive tells of its entries.</summary>
internal sealed class ArchiveRows(IngestOptions options)
{
    /// <summary>Everything about an entry but its content.</summary>
    /// <exception cref="StratoException">A catalog cannot hold it.</exception>
    public CatalogEntry Describe(RepositoryPath path, TarEntry entry)
    {
        if (entry.Uid is < 0 or > uint.MaxValue || entry.Gid is < 0 or > uint.MaxValue)
        {
            throw new StratoException($"cannot ingest {path}: its owner {entry.Uid}:{entry.Gid} is out of range; nothing was published");
        }

        FileType type = TypeOf(entry.Type);
        if (type == FileType.SymbolicLink && entry.LinkTarget.Length is 0 or > CatalogRow.MaxSymlinkLength)
        {
            throw new StratoException($"cannot ingest the symbolic link {path}: its target is empty or too long; nothing was published");
        }

        return new CatalogEntry
        {
            Name = path.Name.ToArray(),
            Mode = (uint)type | (uint)entry.Permissions,
            Uid = (uint)entry.Uid,
            Gid = (uint)entry.Gid,
            Size = type switch
            {
                FileType.Directory => CatalogEntry.DirectorySize,
                FileType.SymbolicLink => entry.LinkTarget.Length,
                FileType.CharacterDevice or FileType.BlockDevice => (long)FileStatus.MakeDevice((uint)entry.DeviceMajor, (uint)entry.DeviceMinor),
                _ => entry.Size,
            },
            Mtime = entry.Mtime,
            MtimeNanoseconds = options.IncludesNanoseconds ? entry.MtimeNanoseconds : CatalogEntry.NoNanoseconds,
            Symlink = type == FileType.SymbolicLink ? entry.LinkTarget : [],
            Linkcount = type == FileType.Directory ? 2u : 1u,
            Xattrs = options.IncludesXattrs ? XattrsOf(path, entry) : XattrList.Empty,
        };
    }

    /// <summary>The row of a file that makes its directory a catalog's root.</summary>
    public CatalogEntry Marker(RepositoryPath path)
    {
        (ObjectHash hash, CompressionAlgorithm compression) = options.EmptyFile();
        return new CatalogEntry
        {
            Name = path.Name.ToArray(),
            Mode = (uint)FileType.Regular | 0x1a4,
            Uid = options.Owner.Uid,
            Gid = options.Owner.Gid,
            Mtime = options.Time,
            Hash = hash,
            Compression = compression,
        };
    }

    /// <summary>Warns of a file that is larger than the limit, or refuses it.</summary>
    public void CheckSize(RepositoryPath path, long size)
    {
        if (options.FileLimit > 0 && size > options.FileLimit)
        {
            string message = $"{path} has {size} bytes, more than {options.FileLimit}; CernVM-FS works best with small files";
            if (options.EnforcesLimits)
            {
                throw new StratoException($"{message}: leave it out or raise CVMFS_FILE_MBYTE_LIMIT");
            }

            options.Warn(message);
        }
    }

    private XattrList XattrsOf(RepositoryPath path, TarEntry entry)
    {
        List<ExtendedAttribute> attributes = [];
        foreach ((byte[] name, byte[] value) in entry.Xattrs)
        {
            if (XattrList.CanHold(name, value) && attributes.Count < XattrList.MaxCount)
            {
                attributes.Add(new ExtendedAttribute(name, value));
            }
            else
            {
                options.Warn($"extended attribute {BytesText.Escape(name)} of {path} is left out: it does not fit a catalog");
            }
        }

        return attributes.Count == 0 ? XattrList.Empty : XattrList.Create(attributes);
    }

    private static FileType TypeOf(TarEntryType type) => type switch
    {
        TarEntryType.Directory => FileType.Directory,
        TarEntryType.SymbolicLink => FileType.SymbolicLink,
        TarEntryType.CharacterDevice => FileType.CharacterDevice,
        TarEntryType.BlockDevice => FileType.BlockDevice,
        TarEntryType.Fifo => FileType.Fifo,
        _ => FileType.Regular,
    };
}
