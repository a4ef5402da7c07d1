using System.Globalization;
using System.Text;
using Strato.Client.Namespace;
using Strato.Client.Requests;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;

namespace Strato.Client.Xattrs;

/// <summary>The magic attributes that tell about a repository and its catalogs.</summary>
internal static class RepositoryAttributeValues
{
    private const int MaxMetaInfoLength = 64 * 1024;

    public static IReadOnlyList<MagicAttribute> All { get; } =
    [
        new("user.authz", MagicScope.Restricted, query => Summary(query)?.Properties.VomsAuthz is { } members ? members : MagicValue.None),
        new("user.catalog_counters", MagicScope.Everything, CatalogCounters),
        new("user.fqrn", MagicScope.Everything, query => query.Attachment.Facts.Configuration.Name),
        new("user.nclg", MagicScope.Everything, query => MagicValue.Of(query.Revision.Catalogs.OpenedCount)),
        new("user.pubkeys", MagicScope.Everything, PublicKeys),
        new("user.repo_counters", MagicScope.Everything, query => Summary(query) is { } root ? CountersOf(root) : MagicValue.None),
        new("user.repo_metainfo", MagicScope.Everything, MetaInfo),
        new("user.revision", MagicScope.Everything, query => query.Revision.Number.ToString(CultureInfo.InvariantCulture)),
        new("user.root_hash", MagicScope.Everything, query => query.Revision.RootHash.ToString()),
        new("user.tag", MagicScope.Everything, query => query.Attachment.Facts.Tag),
    ];

    private static CatalogSummary? Summary(MagicQuery query) => query.Revision.Catalogs.Root.Summary;

    private static string CountersOf(CatalogSummary catalog)
    {
        long[] values = catalog.Counters.Total.ToArray();
        StringBuilder text = new();
        foreach ((string name, int index) in CatalogCounts.Names.Select((name, index) => (name, index)).OrderBy(pair => pair.name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name},{values[index]}\n");
        }

        return text.ToString();
    }

    private static MagicValue CatalogCounters(MagicQuery query)
    {
        Outcome outcome = query.FindCatalog(out MountedCatalog catalog);
        return outcome.IsDone
            ? $"catalog_hash: {catalog.Hash}\ncatalog_mountpoint: {Encoding.UTF8.GetString(catalog.MountPoint)}\n{CountersOf(catalog.Summary!)}"
            : MagicValue.Missing(outcome);
    }

    private static MagicValue PublicKeys(MagicQuery query)
    {
        List<string> pages = [];
        StringBuilder page = new();
        foreach (string key in query.Attachment.Facts.PublicKeys)
        {
            if (page.Length + key.Length >= MagicValue.PageLength)
            {
                pages.Add(page.ToString());
                page.Clear();
            }

            page.Append(key);
        }

        if (page.Length > 0)
        {
            pages.Add(page.ToString());
        }

        return new MagicValue(Outcome.Done, pages);
    }

    private static MagicValue MetaInfo(MagicQuery query)
    {
        if (query.Revision.MetaInfo is not { } hash)
        {
            return "metainfo not available";
        }

        CachedObject content = new(new ObjectName(hash, ObjectKind.MetaInfo), CompressionAlgorithm.Zlib);
        int descriptor = -1;
        if (!(query.Caller.Supplied is ObjectWant fetched && fetched.TryTake(in content, out descriptor))
            && !query.Attachment.Source.TryOpen(in content, plainSize: -1, out descriptor))
        {
            return MagicValue.Missing(Outcome.Wants(new ObjectWant(query.Attachment.Source, new ObjectRequest(content))));
        }

        using FileDescriptor file = new(descriptor);
        byte[] text = new byte[MaxMetaInfoLength + 1];
        Errno errno = PosixFile.ReadFullyAt(file, text, 0, out int length);
        return errno != Errno.None ? MagicValue.Missing(errno)
            : length > MaxMetaInfoLength ? "Failed to open: metadata file is too big"
            : Encoding.UTF8.GetString(text, 0, length);
    }
}
