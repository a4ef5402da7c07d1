using System.Globalization;
using System.Text;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Testing.Golden;

namespace Strato.Tests.Core.Catalogs;

/// <summary>Reads the catalogs that the genuine tools wrote and compares with what the genuine client showed of them.</summary>
public sealed class GoldenCatalogTests
{
    public static TheoryData<GoldenCatalog> Catalogs => [.. GoldenCatalog.All];

    public static TheoryData<GoldenRepository, string> Tags
    {
        get
        {
            TheoryData<GoldenRepository, string> tags = [];
            foreach (GoldenRepository repository in GoldenRepository.All)
            {
                foreach (string tag in repository.ListedTags)
                {
                    tags.Add(repository, tag);
                }
            }

            return tags;
        }
    }

    [Theory]
    [MemberData(nameof(Catalogs))]
    public void Every_catalog_counts_what_its_rows_amount_to(GoldenCatalog golden)
    {
        using CatalogReader reader = CatalogReader.OpenImage(golden.Read(), golden.ToString());
        Assert.Equal(CatalogSchema.Latest, reader.Properties.Schema);

        CatalogCounts counts = default;
        List<CatalogEntry> chunked = [];
        foreach (CatalogRow row in reader.EnumerateAll())
        {
            counts += reader.ToEntry(row).Counts;
            counts = counts with { Chunks = counts.Chunks + reader.Chunks(row.Key, row.Hash.Algorithm).Count };
        }

        counts = counts with { NestedCatalogs = reader.NestedCatalogs.Count };
        Assert.Equal(counts, reader.Counters.Self);
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public void A_walk_from_the_root_shows_what_the_genuine_client_shows(GoldenRepository repository, string tag)
    {
        SortedDictionary<string, string> shown = new(StringComparer.Ordinal);
        CatalogCounters root = Walk(repository, RootHash(repository, tag), RepositoryPath.Root, ".", shown);

        // Latin-1 maps every byte to one character, so names that are not UTF-8 compare as well. A name may hold a tab.
        Dictionary<string, string> expected = File.ReadLines(repository.Expected(tag, "find-ext"), Encoding.Latin1)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t'))
            .Select(columns => (string[])[string.Join('\t', columns[..^8]), .. columns[^8..]])
            .ToDictionary(columns => columns[0], Line, StringComparer.Ordinal);
        Assert.Equal(expected, shown);

        // A nested catalog's first directory is in two catalogs.
        Assert.Equal(expected.Count + root.Total.NestedCatalogs, root.Total.Entries);
    }

    private static string RootHash(GoldenRepository repository, string tag) => File.ReadAllText(repository.Expected(tag, "root")).Trim().Split(' ')[^1];

    private static string Line(string[] columns)
    {
        bool variant = columns[0].Contains("/variant", StringComparison.Ordinal);
        string[] mtime = columns[5].Split('.');
        string nanoseconds = mtime[1].Length > 9 ? mtime[1][..9] : mtime[1];
        return string.Join(' ', columns[1], columns[2], variant ? "-" : columns[3], columns[4], mtime[0], nanoseconds, columns[6], variant ? "-" : columns[8]);
    }

    private static CatalogCounters Walk(
        GoldenRepository repository, string hash, RepositoryPath path, string shownPath, SortedDictionary<string, string> shown)
    {
        using CatalogReader reader = CatalogReader.OpenImage(GoldenCatalog.Of(repository, hash).Read(), hash);
        Assert.Equal(path, reader.Properties.RootPrefix);
        Assert.True(reader.TryLookup(path.Key, out CatalogEntry? root));
        Assert.Equal(path.IsRoot, !root.IsNestedRoot);
        shown[shownPath] = Show(root, shownPath);
        CatalogCounts below = default;
        Stack<(RepositoryPath Path, string Shown)> directories = new([(path, shownPath)]);
        while (directories.TryPop(out (RepositoryPath Path, string Shown) directory))
        {
            foreach (CatalogEntry entry in reader.List(directory.Path.Key))
            {
                RepositoryPath child = directory.Path.Append(entry.Name);
                string childShown = directory.Shown + "/" + Encoding.Latin1.GetString(entry.Name);
                Assert.True(reader.TryLookup(child.Key, out CatalogEntry? found));
                Assert.Equal(entry, found);
                if (entry.IsNestedMountPoint)
                {
                    Assert.True(reader.TryFindNested(child.Bytes, out ObjectHash nested, out long size));
                    Assert.Equal(new NestedCatalog(child, nested, size), reader.FindNestedAbove(child.Append("x"u8)));
                    Assert.Equal(GoldenCatalog.Of(repository, nested.ToString()).Read().Length, size);
                    below += Walk(repository, nested.ToString(), child, childShown, shown).Total;
                    continue;
                }

                if (!entry.IsHidden)
                {
                    shown[childShown] = Show(entry, childShown);
                    if (entry.IsDirectory)
                    {
                        directories.Push((child, childShown));
                    }
                }
            }
        }

        Assert.Equal(below, reader.Counters.Subtree);
        return reader.Counters;
    }

    private static string Show(CatalogEntry entry, string path)
    {
        char type = entry.Type switch
        {
            FileType.Directory => 'd',
            FileType.Regular => 'f',
            FileType.SymbolicLink => 'l',
            FileType.Fifo => 'p',
            FileType.Socket => 's',
            FileType.CharacterDevice => 'c',
            _ => 'b',
        };
        bool variant = path.Contains("/variant", StringComparison.Ordinal);
        int nanoseconds = Math.Max(0, entry.MtimeNanoseconds);
        return string.Join(
            ' ',
            type,
            Convert.ToString(entry.Mode & 0xfff, 8),
            variant ? "-" : entry.StatSize.ToString(CultureInfo.InvariantCulture),
            $"{entry.Uid}:{entry.Gid}",
            entry.Mtime,
            nanoseconds.ToString("D9", CultureInfo.InvariantCulture),
            entry.Linkcount,
            variant ? "-" : Encoding.Latin1.GetString(entry.Symlink));
    }
}
