using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Storage.Objects;

namespace Strato.Publishing.Backup;

/// <summary>
/// Puts a backup back: <c>strato restore</c>. The settings come last: before they are there the home does not have the repository, and the same command can be run again
/// (docs/designs/020-history-and-keys.md). What the storage has is kept unless it lacks it.
/// </summary>
public static class RepositoryRestore
{
    /// <summary>Restores a repository.</summary>
    /// <exception cref="StratoException">The backup is damaged, or would replace what is there; the message says what was not done.</exception>
    public static RestoreOutcome Run(RestoreRequest request, OperationContext context)
    {
        BackupArchive archive = BackupArchive.Read(request.File);
        string name = archive.Document.Repository;
        if (!RepositoryName.IsValidNew(name))
        {
            throw new StratoException($"cannot restore {request.File}: it names no repository");
        }

        if (context.Home.Contains(name) && !request.Replaces)
        {
            throw new StratoException($"{name} exists under {context.Home.Directory}; --replace puts configuration and keys of the backup in the place of its own");
        }

        RepositoryPlaces places = context.Home.Places(name);
        Directory.CreateDirectory(places.Folder);
        using PublisherLock held = PublisherLock.Take(places);
        string staged = Path.Combine(places.Folder, "server.conf.restored");
        RepositorySettings settings = StageSettings(archive, request, places, staged);
        KeyFiles keys = new(settings.Keys ?? context.Home.Directory, name);
        RestoredKeys restored = new(archive, request, keys);
        restored.Check();
        restored.Write();
        ulong? revision = RestoreStorage(archive, request, settings, keys, context);
        RestoreFolder(archive, request, places);
        File.Move(staged, places.Settings, overwrite: true);
        return new RestoreOutcome(name, archive.Document.Revision, revision, File.Exists(keys.PrivateKey));
    }

    private static RepositorySettings StageSettings(BackupArchive archive, RestoreRequest request, RepositoryPlaces places, string staged)
    {
        byte[] text = archive.Find(BackupNames.Folder + "server.conf") ?? throw new StratoException($"cannot restore {request.File}: it has no server.conf");
        File.WriteAllBytes(staged, text);
        RepositorySettings settings = SettingsFile.Read(staged, places.Name);
        string storage = request.Storage ?? settings.Storage;
        string? keys = request.Keys ?? settings.Keys;
        if (storage != settings.Storage || keys != settings.Keys)
        {
            // Lines that Strato does not know are kept; of two lines of one name the last counts.
            string more = SettingsFile.Assignment("CVMFS_UPSTREAM_STORAGE", $"local,{storage}/data/txn,{storage}")
                + (keys is null ? string.Empty : SettingsFile.Assignment("STRATO_KEYS_DIR", keys));
            File.WriteAllBytes(staged, [.. text, .. "\n"u8, .. System.Text.Encoding.UTF8.GetBytes(more)]);
            settings = SettingsFile.Read(staged, places.Name);
        }

        return settings;
    }

    private static void RestoreFolder(BackupArchive archive, RestoreRequest request, RepositoryPlaces places)
    {
        foreach (string entry in archive.Names.Where(entry => entry.StartsWith(BackupNames.Folder, StringComparison.Ordinal)))
        {
            string name = entry[BackupNames.Folder.Length..];
            string file = Path.Combine(places.Folder, name);
            bool isAudit = name.StartsWith("audit", StringComparison.Ordinal) && name.EndsWith(".log", StringComparison.Ordinal);
            if ((!isAudit && name is not ("revoked" or "checkout")) || name.Contains('/', StringComparison.Ordinal))
            {
                continue;
            }

            if (isAudit && File.Exists(file))
            {
                // The log that is there goes on; the backup's becomes one of its older files.
                string time = archive.Document.Made.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'.'fffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
                file = name == "audit.log" ? Path.Combine(places.Folder, $"audit-{time}.log") : file;
            }

            if (!File.Exists(file))
            {
                File.WriteAllBytes(file, archive.Find(entry)!);
                request.Tell($"put back {Path.GetFileName(file)}");
            }
        }
    }

    private static ulong? RestoreStorage(BackupArchive archive, RestoreRequest request, RepositorySettings settings, KeyFiles keys, OperationContext context)
    {
        IObjectStore store = OpenStore(request, settings, context);
        try
        {
            Manifest saved = Manifest.Parse(archive.Find(BackupNames.Mutable + ObjectKey.Manifest) ?? throw new StratoException($"cannot restore {request.File}: it has no manifest"));
            if (Read(store, ObjectKey.Manifest, context) is { } present)
            {
                ulong revision = Manifest.TryParse(present.Bytes.Span, out Manifest? manifest, out _) ? manifest.Revision : 0;
                request.Tell(revision == saved.Revision
                    ? $"the storage {store.Location} has revision {revision}, as the backup"
                    : $"the storage {store.Location} keeps revision {revision}; the backup has revision {saved.Revision}");
            }
            else
            {
                RequireSigned(archive, request, keys, context);
                if (!Blocking.Wait(store.ExistsAsync(ObjectKey.Of(new ObjectName(saved.RootCatalog, ObjectKind.Catalog)), context.Cancellation)))
                {
                    request.Tell($"the storage {store.Location} lacks the objects of revision {saved.Revision}; fetch them from a replica before anything is published");
                    return null;
                }
            }

            foreach (string entry in archive.Names.Where(entry => entry.StartsWith(BackupNames.Objects, StringComparison.Ordinal)))
            {
                string key = entry[BackupNames.Objects.Length..];
                if (Blocking.Wait(store.PutIfAbsentAsync(key, archive.Find(entry)!, context.Cancellation)))
                {
                    request.Tell($"put back {key}");
                }
            }

            Blocking.Wait(store.FlushAsync(context.Cancellation));

            // The manifest last, as when publishing: readers see the revision once all of it is there.
            foreach (string key in (ReadOnlySpan<string>)[ObjectKey.Reflog, ObjectKey.Whitelist, ObjectKey.Manifest])
            {
                if (Read(store, key, context) is null && archive.Find(BackupNames.Mutable + key) is { } bytes)
                {
                    ConfirmedSwap.Run(store, key, expected: null, bytes);
                    request.Tell($"put back {key}");
                }
            }

            return Manifest.TryParse(Read(store, ObjectKey.Manifest, context)!.Bytes.Span, out Manifest? now, out _) ? now.Revision : null;
        }
        finally
        {
            Blocking.Wait(store.DisposeAsync());
        }
    }

    // A backup says of itself what it hashes to; that it is the repository's own only the signature says.
    private static void RequireSigned(BackupArchive archive, RestoreRequest request, KeyFiles keys, OperationContext context)
    {
        byte[] signed = archive.Find(BackupNames.Mutable + ObjectKey.Whitelist) ?? [];
        Manifest manifest = Manifest.Parse(archive.Find(BackupNames.Mutable + ObjectKey.Manifest)!);
        TrustRequest trust = new()
        {
            Manifest = archive.Find(BackupNames.Mutable + ObjectKey.Manifest)!,
            Whitelist = signed,
            CertificateObject = manifest.Certificate is { } certificate
                ? archive.Find(BackupNames.Objects + ObjectKey.Of(new ObjectName(certificate, ObjectKind.Certificate))) ?? []
                : [],
            MasterKeys = MasterPublicKey.Load(keys.PublicKey),
            RepositoryName = archive.Document.Repository,
            Now = Whitelist.TryParse(signed, out Whitelist? whitelist, out _) ? new DateTimeOffset(whitelist.Issued, TimeSpan.Zero) : context.Clock.GetUtcNow(),
        };
        if (!TrustChain.TryVerify(trust, out _, out TrustFailure? failure))
        {
            throw new StratoException($"cannot restore {request.File}: {failure.Message}");
        }
    }

    private static IObjectStore OpenStore(RestoreRequest request, RepositorySettings settings, OperationContext context)
    {
        try
        {
            return context.Stores.Open(settings);
        }
        catch (StratoException)
        {
            request.Tell($"the storage {settings.Storage} is not there and is made; its objects are to come from a replica");
            return context.Stores.Create(settings);
        }
    }

    private static VersionedBytes? Read(IObjectStore store, string key, OperationContext context) =>
        Blocking.Wait(store.ReadAsync(key, (int)Core.Reflog.ReflogDatabase.MaxLength, context.Cancellation));
}
