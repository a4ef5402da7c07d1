using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Reflog;
using Strato.Core.Signing;
using Strato.Publishing.Auditing;
using Strato.Publishing.Committing;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Storage.Objects;

namespace Strato.Publishing.Backup;

/// <summary>
/// Keeps what cannot be rebuilt from a repository's objects: <c>strato backup</c>. Keys, configuration, audit log; manifest, whitelist, reflog, history, certificate
/// and meta information as they are at one moment. Not the content: replicas have that.
/// </summary>
public static class RepositoryBackup
{
    /// <summary>Writes a backup.</summary>
    /// <param name="repository">The repository's fully qualified name.</param>
    /// <param name="file">The file to make; it must not exist.</param>
    /// <param name="passphrase">Encrypts private keys; null leaves them out.</param>
    /// <param name="context">Where the repository is.</param>
    /// <returns>The entries that it has.</returns>
    /// <exception cref="StratoException">It was not written.</exception>
    public static BackupOutcome Run(string repository, string file, string? passphrase, OperationContext context) =>
        OperationAudit.Run("backup", repository, context, audited =>
        {
            using RepositorySession session = RepositorySession.Open(audited, repository);
            BackupArchive archive = BackupArchive.Create(new BackupDocument
            {
                Format = BackupDocument.KnownFormat,
                Repository = repository,
                Made = audited.Clock.GetUtcNow(),
                Revision = session.Manifest.Revision,
                RootCatalog = session.Manifest.RootCatalog.ToString(),
                PrivateKeys = passphrase is null ? "none" : "sealed",
                Files = [],
            });
            AddFolder(archive, session);
            AddKeys(archive, session.KeyFiles, passphrase);
            AddStorage(archive, session);
            archive.Write(file);
            return new BackupOutcome(session.Manifest.Revision, passphrase is not null, archive.Names.Count());
        });

    private static void AddFolder(BackupArchive archive, RepositorySession session)
    {
        foreach (string path in Directory.EnumerateFiles(session.Places.Folder))
        {
            string name = Path.GetFileName(path);
            if (name is "server.conf" or "revoked" or "checkout" || (name.StartsWith("audit", StringComparison.Ordinal) && name.EndsWith(".log", StringComparison.Ordinal)))
            {
                archive.Add(BackupNames.Folder + name, ReadShared(path));
            }
        }
    }

    private static void AddKeys(BackupArchive archive, KeyFiles keys, string? passphrase)
    {
        foreach (string ending in BackupNames.PublicKeys.Where(ending => File.Exists(keys.Of(ending))))
        {
            archive.Add(BackupNames.Keys + ending, ReadShared(keys.Of(ending)));
        }

        foreach (string ending in BackupNames.PrivateKeys.Where(ending => passphrase is not null && File.Exists(keys.Of(ending))))
        {
            archive.Add(BackupNames.Keys + ending, SealedKey.Seal(ReadShared(keys.Of(ending)), passphrase!, keys.Of(ending)));
        }
    }

    private static void AddStorage(BackupArchive archive, RepositorySession session)
    {
        foreach (string key in (ReadOnlySpan<string>)[ObjectKey.Manifest, ObjectKey.Whitelist, ObjectKey.Reflog])
        {
            if (Blocking.Wait(session.Store.ReadAsync(key, (int)ReflogDatabase.MaxLength, session.Cancellation)) is { } present)
            {
                archive.Add(BackupNames.Mutable + key, present.Bytes.ToArray());
            }
        }

        foreach (ObjectName name in SmallObjects(session.Manifest))
        {
            string key = ObjectKey.Of(name);
            using Stream stream = Blocking.Wait(session.Store.OpenReadAsync(key, range: null, session.Cancellation))
                ?? throw new StratoException($"cannot back {session.Settings.Name} up: {key} is missing in {session.Store.Location}; run 'strato check'");
            using MemoryStream content = new();
            stream.CopyTo(content);
            byte[] bytes = content.ToArray();
            archive.Add(BackupNames.Objects + key, ContentHasher.Hash(name.Hash.Algorithm, bytes) == name.Hash
                ? bytes
                : throw new StratoException($"cannot back {session.Settings.Name} up: {key} in {session.Store.Location} is damaged; run 'strato check'"));
        }
    }

    private static IEnumerable<ObjectName> SmallObjects(Manifest manifest)
    {
        if (manifest.History is { } history)
        {
            yield return new ObjectName(history, ObjectKind.History);
        }

        if (manifest.Certificate is { } certificate)
        {
            yield return new ObjectName(certificate, ObjectKind.Certificate);
        }

        if (manifest.MetaInfo is { } info)
        {
            yield return new ObjectName(info, ObjectKind.MetaInfo);
        }
    }

    // The audit log is written to meanwhile, by this operation itself for one.
    private static byte[] ReadShared(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
