using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Strato.Core;
using Strato.Posix;

namespace Strato.Publishing.Backup;

/// <summary>
/// A backup's file: a gzipped tar archive whose first entry lists the others with their hashes. Small enough to be held in memory; what a hostile one could make of it is
/// bounded by <see cref="MaximumLength"/>. Immutable once read.
/// </summary>
internal sealed class BackupArchive
{
    /// <summary>The most plain bytes of all entries.</summary>
    public const long MaximumLength = 512L * 1024 * 1024;

    private const string ListName = "backup.json";
    private const int MaximumEntries = 4096;

    private readonly SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);

    private BackupArchive(BackupDocument document) => Document = document;

    /// <summary>What it is.</summary>
    public BackupDocument Document { get; }

    /// <summary>The entries' names.</summary>
    public IEnumerable<string> Names => files.Keys;

    /// <summary>Begins a backup.</summary>
    public static BackupArchive Create(BackupDocument document) => new(document);

    /// <summary>Reads a file and compares every entry with the list.</summary>
    /// <exception cref="StratoException">It is no backup, or not all of it is as it was written.</exception>
    public static BackupArchive Read(string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            using GZipStream plain = new(stream, CompressionMode.Decompress);
            using TarReader reader = new(plain);
            return Read(file, reader);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or JsonException or FormatException)
        {
            throw new StratoException($"cannot read the backup {file}: {error.Message.TrimEnd('.')}", error);
        }
    }

    /// <summary>Adds an entry.</summary>
    public void Add(string name, byte[] content)
    {
        files.Add(name, content);
        Document.Files.Add(name, Hash(content));
    }

    /// <summary>An entry; null where there is none.</summary>
    public byte[]? Find(string name) => files.GetValueOrDefault(name);

    /// <summary>Writes the file: whole, or not at all; readable by its owner alone.</summary>
    /// <exception cref="StratoException">It exists, or cannot be written.</exception>
    public void Write(string file)
    {
        string temporary = file + ".new";
        try
        {
            using (FileStream stream = new(temporary, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                using (GZipStream packed = new(stream, CompressionLevel.Optimal, leaveOpen: true))
                using (TarWriter writer = new(packed, TarEntryFormat.Pax))
                {
                    Add(writer, ListName, JsonSerializer.SerializeToUtf8Bytes(Document, BackupJson.Default.BackupDocument));
                    foreach ((string name, byte[] content) in files)
                    {
                        Add(writer, name, content);
                    }
                }

                stream.Flush(flushToDisk: true);
            }

            PosixPath.Rename(null, Encoding.UTF8.GetBytes(temporary), null, Encoding.UTF8.GetBytes(file), replace: false)
                .ThrowIfFailed("put the backup in place:", Encoding.UTF8.GetBytes(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new StratoException($"cannot write the backup {file}: {error.Message.TrimEnd('.')}", error);
        }
    }

    private static BackupArchive Read(string file, TarReader reader)
    {
        BackupArchive? archive = null;
        long length = 0;
        for (int count = 0; reader.GetNextEntry() is { } entry; count++)
        {
            length += entry.Length;
            if (count > MaximumEntries || length > MaximumLength)
            {
                throw new StratoException($"cannot read the backup {file}: it is larger than a backup can be");
            }

            byte[] content = new byte[entry.Length];
            entry.DataStream?.ReadExactly(content);
            if (archive is null)
            {
                archive = new BackupArchive(ReadList(file, entry.Name, content));
            }
            else if (entry.EntryType != TarEntryType.RegularFile || !archive.Document.Files.TryGetValue(entry.Name, out string? hash) || hash != Hash(content))
            {
                throw new StratoException($"the backup {file} is damaged: {Core.Paths.BytesText.Escape(entry.Name)} is not what it was; take another one");
            }
            else
            {
                archive.files[entry.Name] = content;
            }
        }

        if (archive is null || archive.files.Count != archive.Document.Files.Count)
        {
            throw new StratoException($"the backup {file} is damaged: not all that it lists is there; take another one");
        }

        return archive;
    }

    private static BackupDocument ReadList(string file, string name, byte[] content)
    {
        BackupDocument? document = name == ListName ? JsonSerializer.Deserialize(content, BackupJson.Default.BackupDocument) : null;
        return document is not null && document.Format == BackupDocument.KnownFormat
            ? document
            : throw new StratoException($"{file} is no backup of a repository, or one of a newer version");
    }

    private static void Add(TarWriter writer, string name, byte[] content)
    {
        using MemoryStream data = new(content, writable: false);
        writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = data,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
