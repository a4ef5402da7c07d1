using Strato.Core;
using Strato.Publishing.Adopting;
using Strato.Publishing.Checking;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Publishing.Transactions;
using Strato.Testing;
using Strato.Testing.Golden;
using Strato.Testing.Publishing;

namespace Strato.InteropTests.Publishing;

/// <summary>Repositories that the genuine tools made are taken over where they are, published into, and given back.</summary>
public sealed class GoldenImportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> warnings = [];
    private GoldenServer server = new(GoldenRepository.Rmd160);

    public static TheoryData<string> Names => [.. GoldenRepository.All.Select(golden => golden.Name)];

    private string Name => server.Golden.Name;

    private RepositoryHome Home => new(folder["home"]);

    private OperationContext Context => new() { Home = Home, Warn = warnings.Add, Cancellation = TestContext.Current.CancellationToken };

    private ImportRequest Request => new() { Repository = Name, Configuration = server.Configuration };

    [Theory]
    [MemberData(nameof(Names))]
    public void Taken_over_published_into_and_given_back(string name)
    {
        Use(GoldenRepository.All.Single(golden => golden.Name == name));
        string before = server.Fingerprint();
        Dictionary<string, string> old = server.Golden.ListedTags.Where(tag => tag != "trunk").ToDictionary(tag => tag, Describe);

        ImportOutcome outcome = RepositoryImport.Run(Request, Context);
        Assert.Equal((server.Storage, server.Keys, server.SettingsFile, true), (outcome.Storage, outcome.Keys, outcome.Settings, outcome.HasMasterKey));
        Assert.Equal(before, server.Fingerprint());
        Assert.Equal([Name], Home.List());
        Assert.Equal(outcome.Revision, RepositoryReport.Read(Name, Context).Manifest.Revision);

        Directory.CreateDirectory(server["tree"]);
        File.WriteAllText(Path.Combine(server["tree"], "file"), "published by Strato");
        PublishOutcome published = TreePublish.Run(new TreePublishRequest { Repository = Name, Source = server["tree"], Target = "/strato" }, Context);
        Assert.Equal(outcome.Revision + 1, published.Revision);
        Assert.Empty(Check());
        Assert.All(old, tag => Assert.Equal(tag.Value, Describe(tag.Key)));
        Assert.Contains(Path.Combine(server.Spool, "reflog.chksum"), Directory.GetFiles(server.Spool));

        string after = server.Fingerprint();
        RepositoryImport.GiveBack(Name, Context);
        Assert.Equal(after, server.Fingerprint());
        Assert.Empty(Home.List());
        Assert.Contains("there is no repository", Refusal(() => TreePublish.Run(new TreePublishRequest { Repository = Name, Source = server["tree"] }, Context)), StringComparison.Ordinal);
    }

    [Fact]
    public void Storage_and_keys_are_enough()
    {
        ImportOutcome outcome = RepositoryImport.Run(new ImportRequest { Repository = Name, Storage = server.Storage, Keys = server.Keys }, Context);
        Assert.Null(outcome.Settings);
        Assert.Contains("there is no server.conf", Assert.Single(warnings), StringComparison.Ordinal);
        RepositorySettings settings = Home.Load(Name);
        Assert.Equal((Core.Hashing.HashAlgorithm.Rmd160, true, true), (settings.Hash, settings.IsGarbageCollectable, settings.IsImported));
        Assert.Empty(Check());
    }

    [Fact]
    public void What_the_administrator_changes_afterwards_holds()
    {
        RepositoryImport.Run(Request, Context);
        server.Set("CVMFS_REPOSITORY_TTL", "77");
        Assert.Equal(77, Home.Load(Name).TimeToLive);
    }

    [Fact]
    public void Imported_again_it_has_the_new_places()
    {
        RepositoryImport.Run(Request, Context);
        Directory.Move(server.Keys, server["moved-keys"]);
        Directory.Move(server.Storage, server["moved-storage"]);
        Assert.Contains("moved-keys", RepositoryImport.Run(Request with { Keys = server["moved-keys"], Storage = server["moved-storage"] }, Context).Keys, StringComparison.Ordinal);
        Assert.Equal(server["moved-storage"], Home.Load(Name).Storage);
        Assert.Empty(Check());
    }

    [Fact]
    public void Without_the_master_key_it_is_published_but_not_resigned()
    {
        File.Delete(server.Key("masterkey"));
        Assert.False(RepositoryImport.Run(Request, Context).HasMasterKey);
        Assert.Contains("masterkey", Assert.Single(warnings), StringComparison.Ordinal);
        RepositoryTags.Add(Name, "mine", string.Empty, Context);
        Assert.Contains("masterkey", Refusal(() => WhitelistSigning.Run(Name, 30, Context)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_expired_whitelist_is_told_and_can_be_signed_anew()
    {
        OperationContext later = Context with { Clock = new ManualClock(new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero)) };
        RepositoryImport.Run(Request, later);
        Assert.Contains("expired", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.True(WhitelistSigning.Run(Name, 30, later) > later.Clock.GetUtcNow().UtcDateTime);
    }

    [Theory]
    [InlineData("pub", "to check")]
    [InlineData("crt", "to sign revisions with")]
    [InlineData("key", "to sign revisions with")]
    public void Without_its_keys_it_is_refused(string ending, string expected)
    {
        File.Delete(server.Key(ending));
        string message = Refusal(() => RepositoryImport.Run(Request, Context));
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("--keys DIR", message, StringComparison.Ordinal);
        Assert.Empty(Home.List());
    }

    [Theory]
    [InlineData("CVMFS_REPOSITORY_TYPE", "stratum1", "it is a stratum1")]
    [InlineData("CVMFS_UPSTREAM_STORAGE", "S3,/tmp,x@/etc/cvmfs/s3.conf", "directories only")]
    [InlineData("CVMFS_UPSTREAM_STORAGE", "gw,/tmp,http://localhost:4929/api/v1", "directories only")]
    [InlineData("CVMFS_UPSTREAM_STORAGE", "local,/nonexistent/txn,/nonexistent", "/nonexistent")]
    [InlineData("CVMFS_EXTERNAL_DATA", "true", "CVMFS_EXTERNAL_DATA")]
    [InlineData("CVMFS_REPOSITORY_NAME", "other.test.org", "is the settings of other.test.org")]
    [InlineData("CVMFS_AUTOCATALOGS_MAX_WEIGHT", "many", "is not a number")]
    public void What_cannot_be_published_into_is_refused(string name, string value, string expected)
    {
        server.Set(name, value);
        Assert.Contains(expected, Refusal(() => RepositoryImport.Run(Request, Context)), StringComparison.Ordinal);
        Assert.Empty(Home.List());
    }

    [Theory]
    [InlineData(".cvmfspublished", "holds no complete repository")]
    [InlineData(".cvmfswhitelist", "has no whitelist yet")]
    [InlineData(".cvmfsreflog", "cvmfs_server check -r")]
    public void An_incomplete_storage_is_refused(string file, string expected)
    {
        File.Delete(Path.Combine(server.Storage, file));
        Assert.Contains(expected, Refusal(() => RepositoryImport.Run(Request, Context)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".cvmfspublished")]
    [InlineData(".cvmfswhitelist")]
    [InlineData(".cvmfsreflog")]
    public void A_damaged_storage_is_refused(string file)
    {
        string path = Path.Combine(server.Storage, file);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 4] ^= 0x40;
        bytes[4] ^= 0x40;
        File.WriteAllBytes(path, bytes);
        Refusal(() => RepositoryImport.Run(Request, Context));
        Assert.Empty(Home.List());
    }

    [Fact]
    public void Keys_of_another_repository_are_refused()
    {
        foreach (string ending in (ReadOnlySpan<string>)["crt", "key"])
        {
            File.Copy(GoldenRepository.Sha1.Key(ending), server.Key(ending), overwrite: true);
        }

        Assert.Contains("is not on its whitelist", Refusal(() => RepositoryImport.Run(Request, Context)), StringComparison.Ordinal);
        File.Copy(GoldenRepository.Sha1.PublicKey, server.Key("pub"), overwrite: true);
        Assert.Contains("is not signed by the key", Refusal(() => RepositoryImport.Run(Request, Context)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_transaction_and_an_operation_of_Strato_are_respected()
    {
        string flag = Path.Combine(server.Spool, "in_transaction.lock");
        File.WriteAllText(flag, string.Empty);
        Assert.Contains("is in a transaction of cvmfs_server", Refusal(() => RepositoryImport.Run(Request, Context)), StringComparison.Ordinal);
        File.Delete(flag);
        RepositoryImport.Run(Request, Context);
        using (PublisherLock.Take(Home.Places(Name)))
        {
            Assert.Contains("is being changed by", Refusal(() => RepositoryImport.Run(Request, Context)), StringComparison.Ordinal);
            Assert.Contains("is being changed by", Refusal(() => RepositoryImport.GiveBack(Name, Context)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_is_not_given_back_within_a_transaction_of_Stratos_and_its_past_stays()
    {
        RepositoryImport.Run(Request, Context);
        RepositoryPlaces places = Home.Places(Name);
        TransactionPlaces transaction = new(places);
        Directory.CreateDirectory(transaction.Folder);
        TransactionState.Write(transaction, new TransactionRecord
        {
            Stage = TransactionStage.Open,
            Path = "/",
            Kind = TransactionViewKind.Overlay,
            View = server["view"],
            RootCatalog = "0000000000000000000000000000000000000000-rmd160",
            Revision = 1,
            ShownCatalog = "0000000000000000000000000000000000000000-rmd160",
            Opened = DateTimeOffset.UnixEpoch,
            OpenedBy = "somebody",
        });
        Assert.Contains("has a transaction open", Refusal(() => RepositoryImport.GiveBack(Name, Context)), StringComparison.Ordinal);
        Assert.Equal([Name], Home.List());

        TransactionState.Remove(transaction);
        string log = Path.Combine(places.Folder, "audit.log");
        File.AppendAllText(log, "{}\n");
        RepositoryImport.GiveBack(Name, Context);
        Assert.Empty(Home.List());
        Assert.True(File.Exists(log));
    }

    [Fact]
    public void Without_settings_or_storage_it_says_what_to_name()
    {
        Assert.Contains("--storage DIR", Refusal(() => RepositoryImport.Run(new ImportRequest { Repository = "unknown.test.org" }, Context)), StringComparison.Ordinal);
        Assert.Contains("--config DIR", Refusal(() => RepositoryImport.Run(Request with { Configuration = folder.Path }, Context)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_repository_that_Strato_made_is_neither_imported_nor_given_back()
    {
        using TemporaryHome own = TemporaryHome.WithRepository();
        ImportRequest request = new() { Repository = TemporaryHome.Name, Storage = own.Storage, Keys = own.Home.Directory };
        Assert.Contains("exists already", Refusal(() => RepositoryImport.Run(request, own.Context())), StringComparison.Ordinal);
        Assert.Contains("not imported", Refusal(() => RepositoryImport.GiveBack(TemporaryHome.Name, own.Context())), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    private static string Refusal(Action action) => Assert.ThrowsAny<StratoException>(action).Message;

    private void Use(GoldenRepository golden)
    {
        server.Dispose();
        server = new GoldenServer(golden);
    }

    private List<string> Check()
    {
        List<string> problems = [];
        RepositoryCheck.Run(new CheckRequest { Subject = Name, ReadsData = true, Found = problems.Add }, Context);
        return problems;
    }

    private string Describe(string tag)
    {
        using RevisionListing listing = RevisionListing.Read(server.Storage, tag);
        return string.Join('\n', listing.Entries.Select(entry => $"{entry.Key} {entry.Value.Entry.Hash} {entry.Value.Entry.Mtime}"));
    }
}
