using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Operations;

/// <summary>What there is to know about a repository of the home: <c>strato info</c>.</summary>
public sealed record RepositoryReport
{
    private RepositoryReport(RepositorySettings settings, Manifest manifest, CatalogCounters counters)
    {
        Settings = settings;
        Manifest = manifest;
        Counts = counters.Total;
    }

    /// <summary>How it is published.</summary>
    public RepositorySettings Settings { get; }

    /// <summary>The current revision.</summary>
    public Manifest Manifest { get; }

    /// <summary>What the current revision has, over all catalogs.</summary>
    public CatalogCounts Counts { get; }

    /// <summary>True where clients are told to drop the content first.</summary>
    public required bool IsVolatile { get; init; }

    /// <summary>When clients stop to trust the repository; null where the whitelist cannot be read.</summary>
    public required DateTime? WhitelistExpires { get; init; }

    /// <summary>The number of named revisions.</summary>
    public required int Tags { get; init; }

    /// <summary>Reads it all. Takes no lock.</summary>
    /// <exception cref="StratoException">There is no such repository, or a part of it cannot be read.</exception>
    public static RepositoryReport Read(string repository, OperationContext context)
    {
        using RepositoryView view = RepositoryView.Open(repository, context);
        string folder = Directory.CreateTempSubdirectory("strato-info-").FullName;
        try
        {
            string file = Path.Combine(folder, "root");
            using (FileStream target = File.Create(file))
            {
                long limit = view.Manifest.RootCatalogSize > 0 ? view.Manifest.RootCatalogSize : long.MaxValue;
                view.Objects.Read(
                    new ObjectName(view.Manifest.RootCatalog, ObjectKind.Catalog), CompressionAlgorithm.Zlib, limit, piece => target.Write(piece.Span));
            }

            using CatalogReader root = CatalogReader.Open(file);
            return new RepositoryReport(view.Settings, view.Manifest, root.Counters)
            {
                IsVolatile = root.Properties.IsVolatile,
                WhitelistExpires = view.WhitelistExpiry(),
                Tags = view.ReadTags().Count,
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
