using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.MetaInfo;
using Strato.Core.Reflog;
using Strato.Core.Signing;
using Strato.Posix;
using Strato.Publishing.Auditing;
using Strato.Publishing.Merging;
using Strato.Publishing.Objects;
using Strato.Publishing.Repositories;
using Strato.Storage.Objects;

namespace Strato.Publishing.Operations;

/// <summary>
/// Makes repositories: <c>strato mkfs FQRN</c>. A new repository has revision 1, an empty root directory. (The genuine tools add a file
/// <c>new_repository</c>; here nothing is in a repository that nobody published.)
/// </summary>
public static class RepositoryMaker
{
    private static ReadOnlySpan<byte> MasterReplicaText => "This repository may be replicated.\n"u8;

    /// <summary>Makes a repository. One that an earlier, interrupted try left incomplete is completed.</summary>
    /// <exception cref="StratoException">It exists, or cannot be made.</exception>
    public static PublishOutcome Run(MakeRepositoryRequest request, OperationContext context)
    {
        RepositoryPlaces places = context.Home.Places(request.Settings.Name);
        RepositorySettings settings = request.Settings.Storage.Length > 0
            ? request.Settings
            : request.Settings with { Storage = places.DefaultStorage };
        context.Stores.RequireSupported(settings);
        RepositoryFolder.Prepare(places);
        using PublisherLock held = PublisherLock.Take(places);
        RepositoryFolder.EmptyWork(places);
        Directory.CreateDirectory(places.Work);
        IObjectStore store = context.Stores.Create(settings);
        try
        {
            RequireEmpty(settings, store, context);
            NewRepositoryKeys made = NewRepositoryKeys.LoadOrMake(settings, request, context);
            using RepositoryKeys keys = made.Keys;
            using MasterKey? lent = made.LentMaster;
            MasterKey? master = lent ?? keys.Master;
            RepositoryFolder.WriteSettings(places, SettingsFile.Format(settings));
            return OperationAudit.Run("mkfs", settings.Name, context, audited => Fill(settings, request, places, store, keys, master, audited));
        }
        finally
        {
            Blocking.Wait(store.DisposeAsync());
            Directory.Delete(places.Work, recursive: true);
        }
    }

    private static PublishOutcome Fill(
        RepositorySettings settings, MakeRepositoryRequest request, RepositoryPlaces places, IObjectStore store, RepositoryKeys keys, MasterKey? master, OperationContext context)
    {
        DateTimeOffset now = context.Clock.GetUtcNow();
        long time = now.ToUnixTimeSeconds();
        StoredCounter counter = new();
        SealedTree tree = MakeRoot(settings, request.IsVolatile, places, store, counter, time, context.Cancellation);
        HistoryTag head = new() { Name = TagName.Trunk, RootCatalog = tree.Root.Hash, Size = tree.Root.Size, Revision = tree.Revision, Timestamp = time };
        using ObjectWriter writer = new(store, settings.Hash, ObjectEncoding.Zlib, counter, context.Cancellation);
        ObjectHash history;
        using (HistoryEditor editor = HistoryEditor.Create(settings.Name, places.Work))
        {
            editor.MoveTrunk(head);
            history = writer.PutWhole(editor.Seal(), ObjectKind.History);
        }

        RepositoryMetaInfo info = RepositoryMetaInfo.Create(string.Empty, string.Empty, string.Empty, string.Empty, string.Empty);
        ObjectHash metaInfo = writer.PutWhole(info.Json.Span, ObjectKind.MetaInfo);
        (ObjectName certificate, byte[] stored) = keys.Certificate.ToObject(settings.Hash);
        Blocking.Wait(store.PutIfAbsentAsync(ObjectKey.Of(certificate), stored, context.Cancellation));
        Blocking.Wait(store.FlushAsync(context.Cancellation));

        byte[] reflog = MakeReflog(settings.Name, places, time, [tree.Root.Hash], certificate, history, metaInfo);
        Whitelist whitelist = Whitelist.Create(settings.Name, keys.Certificate.FingerprintOf(settings.Hash), now, request.WhitelistDays);
        Manifest manifest = new()
        {
            RootCatalog = tree.Root.Hash,
            RootCatalogSize = tree.Root.Size,
            Revision = tree.Revision,
            Ttl = TimeSpan.FromSeconds(settings.TimeToLive),
            IsGarbageCollectable = settings.IsGarbageCollectable,
            RepositoryName = settings.Name,
            Certificate = certificate.Hash,
            History = history,
            MetaInfo = metaInfo,
            Timestamp = time,
            Reflog = ReflogDatabase.Checksum(settings.Hash, reflog),
        };
        if (master is not null)
        {
            ConfirmedSwap.Replace(store, ObjectKey.Whitelist, master.Sign(whitelist, settings.Hash));
        }

        ConfirmedSwap.Replace(store, ObjectKey.MasterReplica, MasterReplicaText.ToArray());
        ConfirmedSwap.Replace(store, ObjectKey.Reflog, reflog);
        ConfirmedSwap.Replace(store, ObjectKey.Manifest, keys.Sign(manifest));
        context.Audit?.Saw(manifest);
        context.Audit?.WhitelistExpires = master is null ? null : whitelist.Expires;
        return new PublishOutcome(IsChanged: true, tree.Revision, tree.Root.Hash.ToString(), 1, new PublishCounts(0, 0, counter.Count, counter.Bytes));
    }

    private static SealedTree MakeRoot(
        RepositorySettings settings, bool isVolatile, RepositoryPlaces places, IObjectStore store, StoredCounter counter, long time, CancellationToken cancellation)
    {
        using CatalogWorkspace workspace = new(store, places.Work, settings.Hash, settings.Encoding, counter, cancellation);
        using CatalogTree tree = new(workspace, new CatalogTreeOptions { Time = time, TimeToLive = settings.TimeToLive });
        CatalogEntry root = new()
        {
            Name = [],
            Mode = (uint)Core.Catalogs.FileType.Directory | 0x1ed,
            Uid = PosixProcess.EffectiveUserId,
            Gid = PosixProcess.EffectiveGroupId,
            Size = CatalogEntry.DirectorySize,
            Mtime = time,
            Linkcount = 2,
        };
        tree.Leave(tree.MakeRoot(root, isVolatile));
        return tree.Outcome ?? throw new InvalidOperationException("the root catalog was not sealed");
    }

    private static byte[] MakeReflog(
        string name, RepositoryPlaces places, long time, ObjectHash[] catalogs, ObjectName certificate, ObjectHash history, ObjectHash metaInfo)
    {
        using ReflogEditor editor = ReflogEditor.Create(name, places.Work);
        foreach (ObjectHash catalog in catalogs)
        {
            editor.Add(new ObjectName(catalog, ObjectKind.Catalog), time);
        }

        editor.Add(certificate, time);
        editor.Add(new ObjectName(history, ObjectKind.History), time);
        editor.Add(new ObjectName(metaInfo, ObjectKind.MetaInfo), time);
        return editor.Seal();
    }

    private static void RequireEmpty(RepositorySettings settings, IObjectStore store, OperationContext context)
    {
        if (Blocking.Wait(store.ExistsAsync(ObjectKey.Manifest, context.Cancellation)))
        {
            throw new StratoException(
                context.Home.Contains(settings.Name)
                    ? $"the repository {settings.Name} exists already under {context.Home.Directory}"
                    : $"cannot make {settings.Name}: {store.Location} holds a repository already; choose another place with --storage");
        }
    }
}
