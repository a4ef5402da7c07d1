using System.Text;
using Strato.Client.Attachments;
using Strato.Client.Namespace;
using Strato.Client.Requests;
using Strato.Client.Revisions;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;
using FileType = Strato.Core.Catalogs.FileType;

namespace Strato.Client.Reading;

/// <summary>
/// Copies a small folder of an attached repository to the local disk, verified as anything that is read: for what the daemon itself needs from a
/// repository, because it must not read its own mount. Only plain files, folders and links that stay within the copy are taken.
/// </summary>
internal sealed class TreeExport
{
    /// <summary>What the name of a copy ends with that is being made, or was when the process died.</summary>
    public const string UnfinishedSuffix = ".new";

    private const int MaxEntries = 10_000;
    private const long MaxFileLength = 1 << 20;
    private const int MaxDepth = 16;

    private readonly IContentSource source;
    private readonly CatalogTree catalogs;
    private int entries;

    private TreeExport(IContentSource source, CatalogTree catalogs)
    {
        this.source = source;
        this.catalogs = catalogs;
    }

    /// <summary>Copies what lies below a folder. Throws <see cref="StratoException"/> where it cannot be read or is too much; nothing is left then.</summary>
    /// <param name="attachment">The repository.</param>
    /// <param name="revision">The revision, one that the attachment shows.</param>
    /// <param name="folder">The folder's path in it, such as <c>/etc/cvmfs</c>; empty copies if it is not there.</param>
    /// <param name="target">The directory that is made for it.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task RunAsync(Attachment attachment, Revision revision, string folder, string target, CancellationToken cancellation)
    {
        string unfinished = $"{target}.{Environment.ProcessId}{UnfinishedSuffix}";
        try
        {
            DeleteIfThere(unfinished);
            string inside = unfinished + folder;
            Directory.CreateDirectory(inside);
            await new TreeExport(attachment.Source, revision.Catalogs).CopyAsync(Encoding.UTF8.GetBytes(folder), inside, depth: 0, cancellation);
            DeleteIfThere(target);
            Directory.Move(unfinished, target);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot copy {folder} of {attachment.Facts.Configuration.Name} to {target}: {error.Message}", error);
        }
        finally
        {
            DeleteIfThere(unfinished);
        }
    }

    private static void DeleteIfThere(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task CopyAsync(byte[] folder, string target, int depth, CancellationToken cancellation)
    {
        foreach (CatalogEntry entry in await ListAsync(folder, cancellation))
        {
            if (++entries > MaxEntries || depth > MaxDepth)
            {
                throw new StratoException($"cannot copy {BytesText.Escape(folder)}: it has more than {MaxEntries} entries or is deeper than {MaxDepth}");
            }

            string name = Encoding.UTF8.GetString(entry.Name);
            string path = Path.Combine(target, name);
            switch (entry.Type)
            {
                case FileType.Directory:
                    Directory.CreateDirectory(path);
                    await CopyAsync([.. folder, (byte)'/', .. entry.Name], path, depth + 1, cancellation);
                    break;
                case FileType.Regular when !entry.IsChunked && !entry.IsExternal && entry.Size <= MaxFileLength:
                    await File.WriteAllBytesAsync(path, await ReadAsync(entry, cancellation), cancellation);
                    break;
                case FileType.SymbolicLink when LinkOf(entry, depth) is { } link:
                    File.CreateSymbolicLink(path, link);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>A link's target if it stays within the folder that is copied; null otherwise.</summary>
    private static string? LinkOf(CatalogEntry entry, int depth)
    {
        string link = Encoding.UTF8.GetString(entry.Symlink);
        string[] steps = link.Split('/');
        return link is [not '/', ..] && steps.Count(step => step == "..") <= depth && !steps.SkipWhile(step => step == "..").Contains("..") ? link : null;
    }

    private async Task<IReadOnlyList<CatalogEntry>> ListAsync(byte[] folder, CancellationToken cancellation)
    {
        Want? supplied = null;
        try
        {
            while (true)
            {
                Outcome outcome = TryList(folder, supplied, out IReadOnlyList<CatalogEntry> found);
                if (outcome.Want is null)
                {
                    outcome.Errno.ThrowIfFailed("list", folder);
                    return found;
                }

                supplied?.Dispose();
                supplied = outcome.Want;
                await supplied.FulfilAsync(cancellation);
            }
        }
        finally
        {
            supplied?.Dispose();
        }
    }

    private Outcome TryList(byte[] folder, Want? supplied, out IReadOnlyList<CatalogEntry> found)
    {
        found = [];
        Outcome outcome = catalogs.Resolve(catalogs.Root, folder, supplied, out MountedCatalog holder);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        outcome = catalogs.Lend(holder, supplied, out CatalogLease lease);
        using (lease)
        {
            found = outcome.IsDone ? [.. lease.Reader.List(holder.KeyOf(folder)).Where(entry => !entry.IsHidden)] : [];
            return outcome;
        }
    }

    private async Task<byte[]> ReadAsync(CatalogEntry entry, CancellationToken cancellation)
    {
        CachedObject content = new(new ObjectName(entry.Hash, ObjectKind.File), entry.Compression);
        using FileDescriptor file = source.TryOpen(in content, entry.Size, out int descriptor)
            ? new FileDescriptor(descriptor)
            : await source.FetchAsync(new ObjectRequest(content, entry.Size), cancellation);
        byte[] bytes = new byte[entry.Size];
        PosixFile.ReadFullyAt(file, bytes, 0, out int length).ThrowIfFailed("read a configuration file");
        return length == bytes.Length ? bytes : throw new StratoException($"{BytesText.Escape(entry.Name)} has {length} of {bytes.Length} bytes");
    }
}
