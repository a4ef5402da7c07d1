using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Strato.Posix;

namespace Strato.Client.Volumes;

/// <summary>
/// The attachments with parameters of their own that volumes use, and the files with their credentials: <c>private/NAME</c> has the digests of what lies in <c>credentials/DIGEST</c>.
/// What the mount table no longer names is let go of, at start and whenever a volume was unpublished.
/// </summary>
public sealed partial class PrivateAttachments : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string folder;
    private readonly NamespaceMount mount;
    private readonly ILogger log;
    private readonly SemaphoreSlim gate = new(1);
    private int beginning;

    public PrivateAttachments(string folder, NamespaceMount mount, ILogger log)
    {
        this.folder = folder;
        this.mount = mount;
        this.log = log;
        foreach (string part in (ReadOnlySpan<string>)[Names, Credentials])
        {
            Directory.CreateDirectory(part, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    private string Names => Path.Combine(folder, "private");

    private string Credentials => Path.Combine(folder, "credentials");

    public void Dispose() => gate.Dispose();

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

    /// <summary>Lets go of what nobody uses. Failures are logged; the next time tries again.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            if (Volatile.Read(ref beginning) == 0 && mount.Find() is { } whole)
            {
                await SweepAsync(whole, cancellation);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or VolumeFailure)
        {
            NotSwept(log, error.Message);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task SweepAsync(MountEntry whole, CancellationToken cancellation)
    {
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
            }
        }

        HashSet<string> needed = [.. Directory.GetFiles(Names).SelectMany(File.ReadAllLines)];
        foreach (string file in Directory.GetFiles(Credentials).Where(file => !needed.Contains(Path.GetFileName(file))))
        {
            File.Delete(file);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "what unpublished volumes used is not let go of yet: {Reason}")]
    private static partial void NotSwept(ILogger logger, string reason);
}
