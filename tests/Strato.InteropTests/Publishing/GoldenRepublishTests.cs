using System.Text;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Repositories;
using Strato.Testing.Golden;
using Strato.Testing.Publishing;

namespace Strato.InteropTests.Publishing;

/// <summary>
/// The tree that a golden repository shows, published again with the settings that it was published with, is the same again: object names,
/// chunks, attributes, nested catalogs, counters.
/// </summary>
public sealed class GoldenRepublishTests
{
    /// <summary>The listed revisions of every golden repository.</summary>
    public static TheoryData<string, string> Revisions
    {
        get
        {
            TheoryData<string, string> revisions = [];
            foreach (GoldenRepository golden in GoldenRepository.All)
            {
                foreach (string tag in golden.ListedTags)
                {
                    revisions.Add(golden.Name, tag);
                }
            }

            return revisions;
        }
    }

    [Theory]
    [MemberData(nameof(Revisions), DisableDiscoveryEnumeration = true)]
    public void Every_object_has_the_name_that_the_genuine_publisher_gave(string name, string tag)
    {
        Assert.SkipUnless(PosixProcess.EffectiveUserId == 0, "restoring owners and devices needs root");
        GoldenRepository golden = GoldenRepository.All.Single(repository => repository.Name == name);
        using RevisionListing expected = RevisionListing.Read(golden.Storage, tag == "trunk" ? null : tag);
        using TemporaryHome home = TemporaryHome.WithRepository(Settings(golden));
        string source = home.NewFolder("source");
        RestoredTree.Restore(expected, source, _ => Encoding.ASCII.GetBytes("external content\n"));

        home.Publish(source);

        Assert.Empty(home.Check());
        using RevisionListing actual = home.List();
        Assert.Equal(expected.Entries.Keys, actual.Entries.Keys);
        List<string> differences = [];
        foreach ((RepositoryPath path, RevisionEntry entry) in expected.Entries)
        {
            RevisionEntry other = actual.Entries[path];
            if (Describe(entry, entry, name) is var wanted && Describe(other, entry, name) is var found && wanted != found)
            {
                differences.Add($"{path}:\n  {wanted}\n  {found}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(20)));
        Assert.Equal(expected.Catalogs.Keys.Order(), actual.Catalogs.Keys.Order());
        if (!expected.Entries.Values.Any(entry => HasOtherSettings(entry, name)))
        {
            Assert.All(expected.Catalogs, catalog => Assert.Equal(catalog.Value, actual.Catalogs[catalog.Key]));
        }
    }

    [Fact]
    public void What_was_published_uncompressed_has_the_same_names_without_compression()
    {
        Assert.SkipUnless(PosixProcess.EffectiveUserId == 0, "restoring owners and devices needs root");
        using RevisionListing expected = RevisionListing.Read(GoldenRepository.Sha1.Storage);
        RepositorySettings settings = Settings(GoldenRepository.Sha1) with { Encoding = Core.Compression.ObjectEncoding.None };
        using TemporaryHome home = TemporaryHome.WithRepository(settings);
        string source = home.NewFolder("source");
        RestoredTree.Restore(expected, source, _ => []);

        home.Publish(Path.Combine(source, "uncompressed"), "/uncompressed");

        using RevisionListing actual = home.List();
        List<RevisionEntry> files = [.. expected.Entries.Values.Where(entry => IsUncompressed(entry.Path) && entry.Entry.IsRegularFile)];
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            Assert.Equal(file.Entry.Hash, actual.Entries[file.Path].Entry.Hash);
            Assert.Equal(file.Chunks, actual.Entries[file.Path].Chunks);
        });
    }

    private static RepositorySettings Settings(GoldenRepository golden) =>
        SettingsFile.Read(Path.Combine(golden.Folder, "server.conf"), golden.Name) with { AutomaticTags = false };

    private static bool HasOtherSettings(RevisionEntry golden, string repository) =>
        golden.Entry.IsExternal || golden.Entry.IsDirectIo || (repository == "golden.test.org" && IsUncompressed(golden.Path));

    private static bool IsUncompressed(RepositoryPath path) => path.ToString().StartsWith("/uncompressed/", StringComparison.Ordinal);

    // What the settings of server.conf decide. Where the golden entry was published with others, those values are left out.
    private static string Describe(RevisionEntry entry, RevisionEntry golden, string repository)
    {
        CatalogEntry row = entry.Entry;
        string content = HasOtherSettings(golden, repository)
            ? string.Empty
            : $"{row.Hash} {row.Compression} chunks [{string.Join(", ", entry.Chunks)}] flags {row.Flags}";
        string nanoseconds = golden.Entry.MtimeNanoseconds < 0 ? string.Empty : $".{row.MtimeNanoseconds}";
        string size = golden.Path.IsRoot || golden.Entry.IsSymbolicLink ? string.Empty : $"{row.Size}";
        return $"{row.Mode:x} {row.Uid}:{row.Gid} {size} {row.Mtime}{nanoseconds} links {row.Linkcount} group {row.HardlinkGroup > 0} "
            + $"'{BytesText.Escape(row.Symlink)}' xattrs {Convert.ToHexString(row.Xattrs.ToBlob())} in {entry.Catalog} {content}";
    }
}
