using System.Globalization;
using System.Text;
using Strato.Core;
using Strato.Core.Compression;
using Strato.Core.Signing;
using Strato.Posix;
using Strato.Publishing.Committing;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Publishing.Transactions;
using Strato.Storage.Objects;

namespace Strato.Publishing.Adopting;

/// <summary>
/// Takes repositories of the genuine tools over in place, <c>strato import</c>, and gives them back. No object is copied, and nothing of the original
/// is changed: the home gets a file of settings that refers to it, and its appearance is the commit point (docs/designs/019-adopting.md).
/// </summary>
public static class RepositoryImport
{
    /// <summary>Makes a repository one of the home's. One that was imported before may be imported again, with other places.</summary>
    /// <exception cref="StratoException">It is not complete, not to be trusted, of a kind that cannot be published into, or in use.</exception>
    public static ImportOutcome Run(ImportRequest request, OperationContext context)
    {
        RepositoryPlaces places = context.Home.Places(request.Repository);
        GenuineFiles files = GenuineFiles.Find(request);
        RequireNotOwn(files, request.Repository, context);
        RepositorySettings wanted = files.Settings ?? new RepositorySettings { Name = request.Repository, Storage = files.Storage };
        GenuineSpool.RequireNoTransaction(wanted);
        IObjectStore store = context.Stores.Open(wanted with { Storage = files.Storage });
        try
        {
            ForeignRepository found = ForeignRepository.Inspect(request.Repository, store, new KeyFiles(files.Keys, request.Repository), context);
            RepositoryFolder.Prepare(places);
            using PublisherLock held = PublisherLock.Take(places);
            RequireNotOwn(files, request.Repository, context);
            RepositoryFolder.WriteSettings(places, SettingsOf(files, found, request));
            Warn(files, found, request.Repository, context);
            return new ImportOutcome(
                files.Storage,
                files.Keys,
                files.SettingsFile,
                found.Manifest.Revision,
                found.Manifest.RootCatalog.ToString(),
                found.Tags.Count,
                found.HasMasterKey);
        }
        finally
        {
            Blocking.Wait(store.DisposeAsync());
        }
    }

    /// <summary>
    /// Makes an imported repository unknown to the home, after what an interrupted operation left has been mended. Storage and keys stay as they are,
    /// and so does the home's log of what was done to it.
    /// </summary>
    /// <exception cref="StratoException">It was not imported, is in use, or has a transaction of Strato's open.</exception>
    public static void GiveBack(string repository, OperationContext context)
    {
        RepositorySettings settings = context.Home.Load(repository);
        if (!settings.IsImported)
        {
            throw new StratoException($"{repository} was made by Strato, not imported; cvmfs_server import takes it over from {settings.Storage}");
        }

        using (RepositorySession session = RepositorySession.Open(context, repository))
        {
            // Opening it is what mends it.
            OpenTransaction.RequireNone(session);
        }

        RepositoryPlaces places = context.Home.Places(repository);
        using PublisherLock held = PublisherLock.Take(places);
        RepositoryFolder.Remove(places);
    }

    // One that Strato made, and that the genuine server has taken over since, is that server's now.
    private static void RequireNotOwn(GenuineFiles files, string repository, OperationContext context)
    {
        if (context.Home.Contains(repository)
            && context.Home.Load(repository) is { IsImported: false } own
            && (files.Settings is null || own.Storage != files.Storage))
        {
            throw new StratoException($"the repository {repository} exists already under {context.Home.Directory}, with its objects in {own.Storage}");
        }
    }

    private static byte[] SettingsOf(GenuineFiles files, ForeignRepository found, ImportRequest request)
    {
        if (files is { SettingsFile: { } original, Settings: { } settings })
        {
            List<(string, string)> added = [("STRATO_IMPORTED", "true"), ("STRATO_KEYS_DIR", files.Keys)];
            if (files.Storage != settings.Storage)
            {
                added.Add(("CVMFS_UPSTREAM_STORAGE", SettingsFile.Upstream(files.Storage)));
            }

            return SettingsFile.FormatReference(original, added);
        }

        // Without settings, what was published tells how.
        return SettingsFile.Format(new RepositorySettings
        {
            Name = request.Repository,
            Storage = files.Storage,
            Keys = files.Keys,
            IsImported = true,
            Hash = found.Manifest.HashAlgorithm,
            Encoding = ObjectEncoding.Zlib,
            IsGarbageCollectable = found.Manifest.IsGarbageCollectable,
            TimeToLive = (int)Math.Clamp(found.Manifest.Ttl.TotalSeconds, 1, int.MaxValue),
            AutomaticTags = found.Tags.Any(tag => tag.Name.StartsWith("generic", StringComparison.Ordinal)),
        });
    }

    private static void Warn(GenuineFiles files, ForeignRepository found, string repository, OperationContext context)
    {
        if (files.Settings is null)
        {
            context.Warn($"there is no server.conf: hash, lifetime and collection are as they were published, chunks and compression as mkfs has them");
        }

        if (!found.HasMasterKey)
        {
            context.Warn($"{files.Keys} has no {repository}.masterkey, which strato resign needs");
        }

        if (found.WhitelistExpires <= context.Clock.GetUtcNow().UtcDateTime)
        {
            context.Warn(string.Create(
                CultureInfo.InvariantCulture, $"the whitelist expired on {found.WhitelistExpires:u}; clients refuse the repository until strato resign {repository}"));
        }

        byte[] storage = Encoding.UTF8.GetBytes(files.Storage);
        if (PosixPath.GetStatus(null, storage, out FileStatus status, follow: true) == Errno.None && status.Uid != PosixProcess.EffectiveUserId)
        {
            string owner = files.Owner ?? status.Uid.ToString(CultureInfo.InvariantCulture);
            context.Warn($"{files.Storage} belongs to {owner}; publish as {owner}, so that the genuine tools can go on with what is written");
        }
    }
}
