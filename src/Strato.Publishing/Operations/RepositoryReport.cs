using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Manifests;
using Strato.Core.Paths;
using Strato.Publishing.Repositories;
using Strato.Publishing.Revisions;

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
        using CatalogShelf shelf = new(view.Objects, "info");
        using CatalogReader root = shelf.Open(new NestedCatalog(RepositoryPath.Root, view.Manifest.RootCatalog, view.Manifest.RootCatalogSize));
        return new RepositoryReport(view.Settings, view.Manifest, root.Counters)
        {
            IsVolatile = root.Properties.IsVolatile,
            WhitelistExpires = view.WhitelistExpiry(),
            Tags = view.ReadTags().Count,
        };
    }
}
