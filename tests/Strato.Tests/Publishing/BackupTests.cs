using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Publishing.Auditing;
using Strato.Publishing.Backup;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Storage.Objects;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing;

/// <summary>What cannot be rebuilt comes back from a backup, whatever was lost, and never takes the place of something newer.</summary>
public sealed class BackupTests : IDisposable
{
    private const string Passphrase = "correct horse";

    private readonly TemporaryHome home = TemporaryHome.WithRepository();
    private readonly List<string> steps = [];
    private readonly string backup;

    public BackupTests()
    {
        Publish("first", "v1");
        backup = Path.Combine(home.NewFolder("backups"), "backup.tar.gz");
    }

    private OperationContext Context => home.Context(TestContext.Current.CancellationToken);

    private RepositoryPlaces Places => home.Home.Places(TemporaryHome.Name);

    private RestoreRequest Request => new() { File = backup, Passphrase = Passphrase, Tell = steps.Add };

    [Fact]
    public void After_the_loss_of_the_home_everything_is_there_again_beside_the_storage()
    {
        Back(Passphrase);
        Publish("second", "v2");
        string storage = MoveStorageAway();
        byte[] key = File.ReadAllBytes(Places.Key("key"));
        Directory.Delete(home.Home.Directory, recursive: true);

        RestoreOutcome outcome = RepositoryRestore.Run(Request with { Storage = storage }, Context);

        Assert.Equal((2ul, 3ul, true), (outcome.BackupRevision, outcome.Revision, outcome.HasPrivateKeys));
        Assert.Contains(steps, step => step.EndsWith("keeps revision 3; the backup has revision 2", StringComparison.Ordinal));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Places.Key("key")));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Places.Key("masterkey")));
        using (RepositoryKeys restored = new KeyFiles(home.Home.Directory, TemporaryHome.Name).Load())
        {
            Assert.NotNull(restored.Master);
        }

        Assert.Equal(key, File.ReadAllBytes(Places.Key("key")));
        Assert.Empty(home.Check());
        Assert.Equal(["mkfs", "publish", "backup"], new AuditTrail(Places).Read(null, warning => Assert.Fail(warning)).Select(entry => entry.Operation));
        Publish("third", "v3");
        Assert.Equal(["trunk", "trunk-previous", "v1", "v2", "v3"], RepositoryTags.List(TemporaryHome.Name, Context).Select(tag => tag.Name).Order(StringComparer.Ordinal));
        WhitelistSigning.Run(TemporaryHome.Name, 30, Context);
        Assert.Empty(home.Check());
    }

    [Fact]
    public void Signatures_and_history_that_the_storage_lost_are_put_back()
    {
        Back(Passphrase);
        ObjectHash history = Manifest.Parse(File.ReadAllBytes(Path.Combine(home.Storage, ObjectKey.Manifest))).History!.Value;
        File.Delete(Path.Combine(home.Storage, ObjectKey.Of(new ObjectName(history, ObjectKind.History))));
        foreach (string name in (ReadOnlySpan<string>)[ObjectKey.Manifest, ObjectKey.Whitelist, ObjectKey.Reflog])
        {
            File.Delete(Path.Combine(home.Storage, name));
        }

        Assert.Throws<StratoException>(() => RepositoryRestore.Run(Request, Context));
        Assert.Equal(2ul, RepositoryRestore.Run(Request with { Replaces = true }, Context).Revision);
        Assert.Contains("put back .cvmfspublished", steps);
        Assert.Empty(home.Check());
        Publish("second", "v2");
        Assert.Contains(RepositoryTags.List(TemporaryHome.Name, Context), tag => tag.Name == "v1");
    }

    [Fact]
    public void Where_the_content_is_lost_too_no_revision_is_announced()
    {
        Back(Passphrase);
        Directory.Delete(home.Home.Directory, recursive: true);
        RestoreOutcome outcome = RepositoryRestore.Run(Request, Context);
        Assert.Null(outcome.Revision);
        Assert.Contains(steps, step => step.Contains("lacks the objects of revision 2", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(home.Storage, ObjectKey.Manifest)));
        Assert.True(home.Home.Contains(TemporaryHome.Name));
    }

    [Fact]
    public void Private_keys_are_encrypted_or_left_out()
    {
        Back(Passphrase);
        string secret = File.ReadAllText(Places.Key("key")).Split('\n')[1];
        Assert.All(Entries(backup).Values, content => Assert.DoesNotContain(secret, Encoding.Latin1.GetString(content), StringComparison.Ordinal));
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", Encoding.ASCII.GetString(Entries(backup)["keys/key"]), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(backup));
        Directory.Delete(Path.Combine(home.Home.Directory, "repositories"), recursive: true);
        Assert.Contains("the passphrase is another one", Assert.Throws<StratoException>(() => RepositoryRestore.Run(Request with { Passphrase = "wrong horse" }, Context)).Message, StringComparison.Ordinal);
        Assert.False(home.Home.Contains(TemporaryHome.Name));

        File.Delete(backup);
        RepositoryRestoreAll();
        Back(null);
        Assert.DoesNotContain("keys/key", Entries(backup).Keys);
        Assert.Contains("keys/pub", Entries(backup).Keys);
        Directory.Delete(home.Home.Directory, recursive: true);
        Assert.False(RepositoryRestore.Run(Request, Context).HasPrivateKeys);
    }

    [Fact]
    public void A_damaged_backup_puts_nothing_back()
    {
        Back(Passphrase);
        Dictionary<string, byte[]> entries = Entries(backup);
        foreach (string damaged in entries.Keys)
        {
            Directory.Delete(home.Home.Directory, recursive: true);
            Rewrite(entries, damaged, changes: true);
            Assert.Throws<StratoException>(() => RepositoryRestore.Run(Request, Context));
            Assert.False(Directory.Exists(home.Home.Directory));
            Directory.CreateDirectory(home.Home.Directory);
            Rewrite(entries, damaged, changes: false);
            Assert.Throws<StratoException>(() => RepositoryRestore.Run(Request, Context));
        }

        File.WriteAllBytes(backup, File.ReadAllBytes(backup)[..^100]);
        Assert.Throws<StratoException>(() => RepositoryRestore.Run(Request, Context));
        File.WriteAllText(backup, "no archive");
        Assert.Throws<StratoException>(() => RepositoryRestore.Run(Request, Context));
    }

    [Fact]
    public void What_is_there_is_not_replaced_unasked()
    {
        Back(Passphrase);
        Assert.Contains("--replace", Assert.Throws<StratoException>(() => RepositoryRestore.Run(Request, Context)).Message, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(home.Home.Directory, "repositories"), recursive: true);
        File.Delete(Places.Key("crt"));
        File.WriteAllText(Places.Key("crt"), "another");
        Assert.Contains("is another key", Assert.Throws<StratoException>(() => RepositoryRestore.Run(Request, Context)).Message, StringComparison.Ordinal);
        Assert.Equal("another", File.ReadAllText(Places.Key("crt")));
        Assert.Throws<StratoException>(() => Back(Passphrase));
    }

    public void Dispose() => home.Dispose();

    private void RepositoryRestoreAll()
    {
        Directory.Delete(home.Home.Directory, recursive: true);
        home.Make(TemporaryHome.SmallChunks);
        Publish("first", "v1");
    }

    private void Publish(string content, string tag)
    {
        string source = home.NewFolder("source");
        File.WriteAllText(Path.Combine(source, "file"), content);
        home.Publish(source, tag: tag);
    }

    private void Back(string? passphrase) => RepositoryBackup.Run(TemporaryHome.Name, backup, passphrase, Context);

    private string MoveStorageAway()
    {
        string storage = Path.Combine(home.NewFolder("elsewhere"), "storage");
        Directory.Move(home.Storage, storage);
        return storage;
    }

    private static Dictionary<string, byte[]> Entries(string file)
    {
        using GZipStream plain = new(File.OpenRead(file), CompressionMode.Decompress);
        using TarReader reader = new(plain);
        Dictionary<string, byte[]> entries = [];
        while (reader.GetNextEntry() is { } entry)
        {
            byte[] content = new byte[entry.Length];
            entry.DataStream?.ReadExactly(content);
            entries[entry.Name] = content;
        }

        return entries;
    }

    // Changes an entry or leaves it out.
    private void Rewrite(Dictionary<string, byte[]> entries, string damaged, bool changes)
    {
        using GZipStream packed = new(File.Create(backup), CompressionLevel.Fastest);
        using TarWriter writer = new(packed, TarEntryFormat.Pax);
        foreach ((string name, byte[] content) in entries)
        {
            if (name != damaged || changes)
            {
                byte[] written = name == damaged ? [.. content, (byte)'!'] : content;
                using MemoryStream data = new(written);
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
            }
        }
    }
}
