using System.Text;
using Strato.Client.Reading;
using Strato.Client.Revisions;
using Strato.Core.Configuration;

namespace Strato.Client.Attachments;

/// <summary>
/// The parameter files and keys of the configuration repository (CVMFS_CONFIG_REPOSITORY), for a daemon that mounts all repositories: it attaches that
/// one like any other, and copies the files out of it, one copy for each revision. Safe on all threads.
/// </summary>
internal sealed class ConfigRepositoryCopies : IDisposable
{
    private const string Copied = "/etc/cvmfs";

    private readonly AttachmentDirectory directory;
    private readonly string ownMount;
    private readonly string folder;
    private readonly SemaphoreSlim turn = new(1);
    private string? last;

    /// <summary>Nothing is copied yet.</summary>
    /// <param name="directory">Attaches it.</param>
    /// <param name="ownMount">The directory that this process mounts, from which nothing may be read.</param>
    /// <param name="folder">Where copies are kept; need not exist.</param>
    public ConfigRepositoryCopies(AttachmentDirectory directory, string ownMount, string folder)
    {
        this.directory = directory;
        this.ownMount = ownMount;
        this.folder = folder;
    }

    /// <summary>Where files are to be read without the configuration repository.</summary>
    public ConfigurationPaths Without => new(ownMount, null);

    /// <summary>Where files are to be read for a repository. Where the configuration repository cannot be attached, the machine's own files have to do.</summary>
    public async Task<ConfigurationPaths> PrepareAsync(string repository, string? configRepository, CancellationToken cancellation)
    {
        if (configRepository is null || configRepository == repository || directory.Find(Encoding.UTF8.GetBytes(configRepository)) is not { } place)
        {
            return Without;
        }

        await directory.AttachAsync(place).WaitAsync(cancellation);
        return place.Attached is { } attachment ? Without with { ConfigRepositoryCopy = await CopyAsync(attachment, cancellation) } : Without;
    }

    /// <summary>
    /// The same without asking anybody, from the newest copy that there is: for what is opened again as a process before had it, while its users wait.
    /// </summary>
    public ConfigurationPaths FindKept(string repository, string? configRepository)
    {
        DirectoryInfo own = new(Path.Combine(folder, configRepository ?? ""));
        return configRepository is null || configRepository == repository || !own.Exists
            ? Without
            : Without with { ConfigRepositoryCopy = own.EnumerateDirectories().Where(IsWhole).MaxBy(copy => copy.CreationTimeUtc)?.FullName };
    }

    public void Dispose() => turn.Dispose();

    private static bool IsWhole(DirectoryInfo copy) => !copy.Name.EndsWith(TreeExport.UnfinishedSuffix, StringComparison.Ordinal);

    private async Task<string> CopyAsync(Attachment attachment, CancellationToken cancellation)
    {
        Revision revision = attachment.Current;
        string own = Path.Combine(folder, attachment.Facts.Configuration.Name);
        string target = Path.Combine(own, revision.RootHash.ToString());
        await turn.WaitAsync(cancellation);
        try
        {
            if (!Directory.Exists(target))
            {
                await TreeExport.RunAsync(attachment, revision, Copied, target, cancellation);
            }

            // Somebody may be reading the one before.
            foreach (string old in Directory.GetDirectories(own).Where(old => last is not null && old != target && old != last))
            {
                Directory.Delete(old, recursive: true);
            }

            last = target;
            return target;
        }
        finally
        {
            turn.Release();
        }
    }
}
