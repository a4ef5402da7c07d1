using System.Globalization;
using System.Text;
using Strato.Core;
using Strato.Core.Chunking;
using Strato.Core.Compression;
using Strato.Core.Hashing;

namespace Strato.Publishing.Repositories;

/// <summary>
/// Reads and writes <c>server.conf</c>: <c>NAME=VALUE</c> lines with the genuine server's names, so that a file of its can be put in place.
/// Names that are not known are left alone, and what a file does not say is as the genuine server has it, not as mkfs makes it.
/// <c>STRATO_*</c> are Strato's own.
/// </summary>
internal static class SettingsFile
{
    public static RepositorySettings Read(string file, string repository)
    {
        SettingsReader values = SettingsReader.Read(file);
        string replica = Path.Combine(Path.GetDirectoryName(file)!, "replica.conf");
        if (values.Text("CVMFS_REPOSITORY_TYPE") == "stratum1" && File.Exists(replica))
        {
            values = SettingsReader.Read(file, replica);
        }

        RepositorySettings defaults = new() { Name = repository, Storage = string.Empty };
        string name = values.Text("CVMFS_REPOSITORY_NAME") ?? repository;
        if (!string.Equals(name, repository, StringComparison.Ordinal))
        {
            throw new StratoException($"{file} is the settings of {name}, not of {repository}; correct CVMFS_REPOSITORY_NAME");
        }

        return defaults with
        {
            Storage = StorageOf(values),
            IsReplica = values.Text("CVMFS_REPOSITORY_TYPE") == "stratum1",
            Keys = values.Text("STRATO_KEYS_DIR"),
            Spool = values.Text("CVMFS_SPOOL_DIR"),
            IsImported = values.Flag("STRATO_IMPORTED", fallback: false),
            Hash = HashOf(values, defaults.Hash),
            Encoding = EncodingOf(values),
            Chunks = ChunksOf(values),
            LegacyBulkObjects = values.Flag("CVMFS_GENERATE_LEGACY_BULK_CHUNKS", defaults.LegacyBulkObjects),
            IsGarbageCollectable = values.Flag("CVMFS_GARBAGE_COLLECTION", defaults.IsGarbageCollectable),
            CollectsAutomatically = values.Flag("CVMFS_AUTO_GC", defaults.CollectsAutomatically),
            AutomaticCollectionLapse = values.Age("CVMFS_AUTO_GC_LAPSE", defaults.AutomaticCollectionLapse),
            AutomaticCollectionAge = values.Age("CVMFS_AUTO_GC_TIMESPAN", defaults.AutomaticCollectionAge),
            DeletionLog = values.Text("CVMFS_GC_DELETION_LOG"),
            TimeToLive = values.Number("CVMFS_REPOSITORY_TTL", defaults.TimeToLive, minimum: 1),
            AutomaticCatalogs = values.Flag("CVMFS_AUTOCATALOGS", defaults.AutomaticCatalogs),
            AutomaticCatalogMaximum = values.Number("CVMFS_AUTOCATALOGS_MAX_WEIGHT", defaults.AutomaticCatalogMaximum, minimum: 2),
            AutomaticCatalogMinimum = values.Number("CVMFS_AUTOCATALOGS_MIN_WEIGHT", defaults.AutomaticCatalogMinimum, minimum: 1),
            AutomaticTags = values.Flag("CVMFS_AUTO_TAG", fallback: false),
            AutomaticTagTimespan = values.Text("CVMFS_AUTO_TAG_TIMESPAN"),
            AutomaticTagsKept = values.Text("STRATO_AUTO_TAG_KEEP") is null ? null : values.Number("STRATO_AUTO_TAG_KEEP", 0, minimum: 1),
            IncludeXattrs = values.Flag("CVMFS_INCLUDE_XATTRS", fallback: false),
            IncludeNanoseconds = values.Flag("CVMFS_ENABLE_MTIME_NS", fallback: false),
            IgnoreSpecialFiles = values.Flag("CVMFS_IGNORE_SPECIAL_FILES", defaults.IgnoreSpecialFiles),
            EnforceLimits = values.Flag("CVMFS_ENFORCE_LIMITS", defaults.EnforceLimits),
            NestedCatalogLimit = values.Number("CVMFS_NESTED_KCATALOG_LIMIT", defaults.NestedCatalogLimit, minimum: 0),
            RootCatalogLimit = values.Number("CVMFS_ROOT_KCATALOG_LIMIT", defaults.RootCatalogLimit, minimum: 0),
            FileLimit = values.Number("CVMFS_FILE_MBYTE_LIMIT", defaults.FileLimit, minimum: 0),
        };
    }

    public static byte[] Format(RepositorySettings settings)
    {
        StringBuilder text = new();
        Line("CVMFS_REPOSITORY_NAME", settings.Name);
        Line("CVMFS_REPOSITORY_TYPE", "stratum0");
        Line("CVMFS_UPSTREAM_STORAGE", Upstream(settings.Storage));
        if (settings.Keys is { } keys)
        {
            Line("STRATO_KEYS_DIR", keys);
        }

        if (settings.IsImported)
        {
            Flag("STRATO_IMPORTED", true);
        }

        Line("CVMFS_HASH_ALGORITHM", HashName(settings.Hash));
        Line("CVMFS_COMPRESSION_ALGORITHM", settings.Encoding == ObjectEncoding.None ? "none" : "default");
        if (settings.Encoding == ObjectEncoding.ZlibFast)
        {
            Line("STRATO_ENCODER", "zlib-fast");
        }

        Flag("CVMFS_USE_FILE_CHUNKING", settings.Chunks is not null);
        ChunkSizes chunks = settings.Chunks ?? ChunkSizes.Default;
        Number("CVMFS_MIN_CHUNK_SIZE", chunks.Minimum);
        Number("CVMFS_AVG_CHUNK_SIZE", chunks.Average);
        Number("CVMFS_MAX_CHUNK_SIZE", chunks.Maximum);
        Flag("CVMFS_GENERATE_LEGACY_BULK_CHUNKS", settings.LegacyBulkObjects);
        Flag("CVMFS_GARBAGE_COLLECTION", settings.IsGarbageCollectable);
        Flag("CVMFS_AUTO_GC", settings.CollectsAutomatically);
        Line("CVMFS_AUTO_GC_LAPSE", $"{AgeText.Format(settings.AutomaticCollectionLapse)} ago");
        Line("CVMFS_AUTO_GC_TIMESPAN", $"{AgeText.Format(settings.AutomaticCollectionAge)} ago");
        if (settings.DeletionLog is { } log)
        {
            Line("CVMFS_GC_DELETION_LOG", log);
        }

        Number("CVMFS_REPOSITORY_TTL", settings.TimeToLive);
        Flag("CVMFS_AUTOCATALOGS", settings.AutomaticCatalogs);
        Number("CVMFS_AUTOCATALOGS_MAX_WEIGHT", settings.AutomaticCatalogMaximum);
        Number("CVMFS_AUTOCATALOGS_MIN_WEIGHT", settings.AutomaticCatalogMinimum);
        Flag("CVMFS_AUTO_TAG", settings.AutomaticTags);
        if (settings.AutomaticTagTimespan is { } timespan)
        {
            Line("CVMFS_AUTO_TAG_TIMESPAN", timespan);
        }

        if (settings.AutomaticTagsKept is { } kept)
        {
            Number("STRATO_AUTO_TAG_KEEP", kept);
        }

        Flag("CVMFS_INCLUDE_XATTRS", settings.IncludeXattrs);
        Flag("CVMFS_ENABLE_MTIME_NS", settings.IncludeNanoseconds);
        Flag("CVMFS_IGNORE_SPECIAL_FILES", settings.IgnoreSpecialFiles);
        Flag("CVMFS_ENFORCE_LIMITS", settings.EnforceLimits);
        Number("CVMFS_NESTED_KCATALOG_LIMIT", settings.NestedCatalogLimit);
        Number("CVMFS_ROOT_KCATALOG_LIMIT", settings.RootCatalogLimit);
        Number("CVMFS_FILE_MBYTE_LIMIT", settings.FileLimit);
        return Encoding.UTF8.GetBytes(text.ToString());

        void Line(string name, string value) => text.Append(Assignment(name, value));

        void Flag(string name, bool value) => Line(name, value ? "true" : "false");

        void Number(string name, long value) => Line(name, value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// What a home's settings are for a repository that has some already: those are read each time, so that they go on to be what its
    /// administrator edits, and the given ones come after them.
    /// </summary>
    /// <param name="original">The genuine server's file.</param>
    /// <param name="added">Names and values.</param>
    public static byte[] FormatReference(string original, params IEnumerable<(string Name, string Value)> added)
    {
        StringBuilder text = new("# Written by strato import: the settings of the genuine server, and what differs from them.\n");
        text.Append(". ").Append(Quote(original)).Append('\n');
        foreach ((string name, string value) in added)
        {
            text.Append(Assignment(name, value));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The value of <c>CVMFS_UPSTREAM_STORAGE</c> for a storage.</summary>
    public static string Upstream(string storage) =>
        storage.StartsWith("s3://", StringComparison.Ordinal) ? storage : $"local,{storage}/data/txn,{storage}";

    /// <summary>The name that settings and options use for a hash algorithm.</summary>
    public static string HashName(HashAlgorithm algorithm) => algorithm switch
    {
        HashAlgorithm.Sha1 => "sha1",
        HashAlgorithm.Rmd160 => "rmd160",
        HashAlgorithm.Shake128 => "shake128",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not a hash algorithm of the format"),
    };

    /// <summary>A line of the file.</summary>
    public static string Assignment(string name, string value) => $"{name}={Quote(value)}\n";

    // As the shell takes it, where a value is more than a word.
    private static string Quote(string value) =>
        value.Length > 0 && value.All(letter => char.IsAsciiLetterOrDigit(letter) || "/.,:@_-+%=".Contains(letter, StringComparison.Ordinal))
            ? value
            : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string StorageOf(SettingsReader values)
    {
        string upstream = values.Text("CVMFS_UPSTREAM_STORAGE")
            ?? throw values.Malformed("CVMFS_UPSTREAM_STORAGE", "names no storage");
        if (upstream.StartsWith("s3://", StringComparison.Ordinal))
        {
            return upstream;
        }

        string[] parts = upstream.Split(',');
        return parts is ["local", _, ['/', ..] directory]
            ? directory
            : throw values.Malformed("CVMFS_UPSTREAM_STORAGE", "is neither local,TEMPORARY,DIRECTORY nor s3://BUCKET/PREFIX");
    }

    private static HashAlgorithm HashOf(SettingsReader values, HashAlgorithm fallback) => values.Text("CVMFS_HASH_ALGORITHM") switch
    {
        null => fallback,
        "sha1" => HashAlgorithm.Sha1,
        "rmd160" => HashAlgorithm.Rmd160,
        "shake128" => HashAlgorithm.Shake128,
        _ => throw values.Malformed("CVMFS_HASH_ALGORITHM", "is none of sha1, rmd160, shake128"),
    };

    private static ObjectEncoding EncodingOf(SettingsReader values) =>
        (values.Text("CVMFS_COMPRESSION_ALGORITHM"), values.Text("STRATO_ENCODER")) switch
        {
            ("none", _) => ObjectEncoding.None,
            (null or "default" or "zlib", null or "zlib") => ObjectEncoding.Zlib,
            (null or "default" or "zlib", "zlib-fast") => ObjectEncoding.ZlibFast,
            (null or "default" or "zlib", _) => throw values.Malformed("STRATO_ENCODER", "is neither zlib nor zlib-fast"),
            _ => throw values.Malformed("CVMFS_COMPRESSION_ALGORITHM", "is none of default, zlib, none"),
        };

    private static ChunkSizes? ChunksOf(SettingsReader values) =>
        !values.Flag("CVMFS_USE_FILE_CHUNKING", fallback: false)
            ? null
            : new ChunkSizes(
                values.Number("CVMFS_MIN_CHUNK_SIZE", ChunkSizes.Default.Minimum),
                values.Number("CVMFS_AVG_CHUNK_SIZE", ChunkSizes.Default.Average),
                values.Number("CVMFS_MAX_CHUNK_SIZE", ChunkSizes.Default.Maximum));
}
