using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Strato.Posix;

namespace Strato.Client.Volumes;

/// <summary>
/// The attachments with parameters of their own that volumes use, and the files with their credentials: <c>private/NAME</c> has the digests of what lies in <c>credentials/DIGEST</c>.
/// What the mount table no longer names is let go of, at start and whenever a volume was unpublished; what is still in use then, some time later.
/// </summary>
public sealed partial class PrivateAttachments : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string folder;
    private readonly NamespaceMount mount;
    private readonly ILogger log;
    private readonly TimeSpan limit;
    private readonly SemaphoreSlim gate = new(1);
    private readonly SemaphoreSlim wishes = new(0);
    private readonly CancellationTokenSource ending = new();
    private readonly Task sweeping;
    private int beginning;

    /// <summary>Begins to let go of what an earlier process has left.</summary>
    /// <param name="options">The folder, and how long a sweep may take.</param>
    /// <param name="mount">The mount of all repositories.</param>
    /// <param name="log">Told what could not be let go of.</param>
    public PrivateAttachments(VolumeOptions options, NamespaceMount mount, ILogger log)
    {
        folder = options.StateFolder;
        limit = options.Limit;
        this.mount = mount;
        this.log = log;
        foreach (string part in (ReadOnlySpan<string>)[Names, Credentials])
        {
            Directory.CreateDirectory(part, OwnerOnly | UnixFileMode.UserExecute);
        }

        RequestSweep();
        sweeping = SweepForeverAsync();
    }

    private string Names => Path.Combine(folder, "private");

    private string Credentials => Path.Combine(folder, "credentials");

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await sweeping;
        ending.Dispose();
        wishes.Dispose();
        gate.Dispose();
    }

    /// <summary>Runs work that makes an attachment and mounts it; nothing is let go of meanwhile.</summary>
    public async Task<T> KeepingAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        Interlocked.Increment(ref beginning);
        gate.Release();
        try
        {
            return await work();
        }
        finally
        {
            Interlocked.Decrement(ref beginning);
        }
    }

    /// <summary>Keeps a secret in a file that only root reads; the same content is the same file.</summary>
    public string Save(string content)
    {
        string path = Path.Combine(Credentials, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))));
        if (!File.Exists(path))
        {
            string fresh = $"{path}.{Guid.NewGuid():N}";
            try
            {
                using (FileStream file = new(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
                {
                    file.Write(Encoding.UTF8.GetBytes(content));
                }

                File.Move(fresh, path, overwrite: true);
            }
            finally
            {
                File.Delete(fresh);
            }
        }

        return path;
    }

    /// <summary>Notes an attachment and the files that it needs.</summary>
    public void Remember(string name, IEnumerable<string> files) => File.WriteAllLines(Path.Combine(Names, name), files.Select(file => Path.GetFileName(file)!));

    /// <summary>Has somebody else let go of what nobody uses.</summary>
    public void RequestSweep() => wishes.Release();

    private async Task SweepForeverAsync()
    {
        TimeSpan pause = Timeout.InfiniteTimeSpan;
        try
        {
            while (true)
            {
                bool isWished = await wishes.WaitAsync(pause, ending.Token);
                while (wishes.Wait(0, CancellationToken.None))
                {
                    // One round serves all that was wished before it.
                }

                pause = await SweepAsync() ? Timeout.InfiniteTimeSpan : isWished ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The end that was asked for.
        }
    }

    // False where something is left that is to go.
    private async Task<bool> SweepAsync()
    {
        await gate.WaitAsync(ending.Token);
        try
        {
            using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
            timeout.CancelAfter(limit);
            return Volatile.Read(ref beginning) == 0 && mount.Find() is { } whole && await SweepAsync(whole, timeout.Token);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or VolumeFailure || (error is OperationCanceledException && !ending.IsCancellationRequested))
        {
            NotSwept(log, error.Message);
            return false;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<bool> SweepAsync(MountEntry whole, CancellationToken cancellation)
    {
        bool isAllGone = true;
        string[] known = [.. Directory.GetFiles(Names).Select(file => Path.GetFileName(file)!)];
        if (known.Length > 0)
        {
            HashSet<string> mounted = [.. MountTable.Read().Where(entry => entry.Minor == whole.Minor && entry.Major == whole.Major).Select(entry => Encoding.UTF8.GetString(entry.Root).Split('/')[1])];
            HashSet<string> attached = await mount.PrivateNamesAsync(cancellation);
            foreach (string name in known.Where(name => !mounted.Contains(name)))
            {
                if (!attached.Contains(name) || await mount.TryDetachAsync(name, cancellation))
                {
                    File.Delete(Path.Combine(Names, name));
                }
                else
                {
                    isAllGone = false;
                }
            }
        }

        HashSet<string> needed = [.. Directory.GetFiles(Names).SelectMany(File.ReadAllLines)];
        foreach (string file in Directory.GetFiles(Credentials).Where(file => !needed.Contains(Path.GetFileName(file))))
        {
            File.Delete(file);
        }

        return isAllGone;
    }

    [LoggerMessage(1, LogLevel.Warning, "what unpublished volumes used is not let go of yet: {Reason}")]
    private static partial void NotSwept(ILogger logger, string reason);
}
