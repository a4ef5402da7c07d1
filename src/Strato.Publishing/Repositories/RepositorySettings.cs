using Strato.Core.Chunking;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Publishing.Retention;

namespace Strato.Publishing.Repositories;

/// <summary>
/// How a repository is published: what its <c>server.conf</c> says, validated, with the defaults that this record's initial values are.
/// Immutable; a change is a new record written to the file.
/// </summary>
public sealed record RepositorySettings
{
    /// <summary>The fully qualified name.</summary>
    public required string Name { get; init; }

    /// <summary>The directory (absolute path) or <c>s3://BUCKET/PREFIX</c> that holds <c>.cvmfspublished</c> and <c>data/</c>.</summary>
    public required string Storage { get; init; }

    /// <summary>True for a copy of a repository that is published elsewhere: of the settings, only name and storage count.</summary>
    public bool IsReplica { get; init; }

    /// <summary>The directory with FQRN.pub, .crt, .key and .masterkey; null for the home.</summary>
    public string? Keys { get; init; }

    /// <summary>The spool area of the genuine server that made the repository (<c>CVMFS_SPOOL_DIR</c>), an absolute path; null for none.</summary>
    public string? Spool { get; init; }

    /// <summary>True for a repository that genuine tools made and <c>strato import</c> took over in place.</summary>
    public bool IsImported { get; init; }

    /// <summary>The hash of new objects.</summary>
    public HashAlgorithm Hash { get; init; } = HashAlgorithm.Sha1;

    /// <summary>The encoder of new file objects. Catalogs and other meta objects are always compressed.</summary>
    public ObjectEncoding Encoding { get; init; } = ObjectEncoding.Zlib;

    /// <summary>Where files are cut; null where whole files are stored.</summary>
    public ChunkSizes? Chunks { get; init; } = ChunkSizes.Default;

    /// <summary>True where a chunked file is stored whole as well, for clients of long ago.</summary>
    public bool LegacyBulkObjects { get; init; }

    /// <summary>True where the manifest says so (<c>G</c>).</summary>
    public bool IsGarbageCollectable { get; init; }

    /// <summary>True where a publish collects garbage afterwards, if the last time is long enough ago.</summary>
    public bool CollectsAutomatically { get; init; }

    /// <summary>How long ago the last collection must be.</summary>
    public TimeSpan AutomaticCollectionLapse { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a collection keeps revisions without a name, unless it is told otherwise.</summary>
    public TimeSpan AutomaticCollectionAge { get; init; } = TimeSpan.FromDays(3);

    /// <summary>The file that gets the names of deleted objects; null for none.</summary>
    public string? DeletionLog { get; init; }

    /// <summary>How long clients keep a manifest before they ask again, in seconds.</summary>
    public int TimeToLive { get; init; } = 240;

    /// <summary>True where nested catalogs are made and removed so that each stays between the two weights.</summary>
    public bool AutomaticCatalogs { get; init; }

    /// <summary>Entries above which a catalog is split.</summary>
    public int AutomaticCatalogMaximum { get; init; } = 100_000;

    /// <summary>Entries below which an automatic catalog is merged into its parent, and a subtree is not worth one.</summary>
    public int AutomaticCatalogMinimum { get; init; } = 1_000;

    /// <summary>True where each revision gets a tag <c>generic-TIME</c> unless it is given one.</summary>
    public bool AutomaticTags { get; init; } = true;

    /// <summary>
    /// Automatic tags older than this are removed by each publish, as <see cref="PointInTime"/> reads it, such as <c>30 days ago</c>; null where their age is no matter.
    /// </summary>
    public string? AutomaticTagTimespan { get; init; }

    /// <summary>So many of the newest automatic tags stay; null where their number is no matter.</summary>
    public int? AutomaticTagsKept { get; init; }

    /// <summary>True where extended attributes are published.</summary>
    public bool IncludeXattrs { get; init; } = true;

    /// <summary>True where nanoseconds of modification times are published.</summary>
    public bool IncludeNanoseconds { get; init; } = true;

    /// <summary>True where devices, FIFOs and sockets are left out.</summary>
    public bool IgnoreSpecialFiles { get; init; }

    /// <summary>True where exceeding one of the limits below fails a publish; otherwise it warns.</summary>
    public bool EnforceLimits { get; init; }

    /// <summary>Thousands of entries in a nested catalog; 0 for no limit.</summary>
    public int NestedCatalogLimit { get; init; } = 500;

    /// <summary>Thousands of entries in the root catalog; 0 for no limit.</summary>
    public int RootCatalogLimit { get; init; } = 200;

    /// <summary>MiB of one file; 0 for no limit.</summary>
    public int FileLimit { get; init; } = 1024;

    /// <summary>Refuses to change a repository that is published elsewhere.</summary>
    /// <exception cref="Core.StratoException">It is a replica.</exception>
    public void RequirePublishedHere()
    {
        if (IsReplica)
        {
            throw new Core.StratoException($"{Name} is a replica here; it is changed where it is published, and then snapshotted (strato snapshot {Name})");
        }
    }

    /// <summary>Which automatic tags stay; null where all do.</summary>
    /// <exception cref="Core.StratoException">The time span cannot be read.</exception>
    public RetentionPolicy? Retention(DateTimeOffset now) => AutomaticTagTimespan is null && AutomaticTagsKept is null
        ? null
        : new RetentionPolicy(AutomaticTagsKept ?? 0, AutomaticTagTimespan is { } span ? PointInTime.Parse(span, now, "CVMFS_AUTO_TAG_TIMESPAN") : null);
}
