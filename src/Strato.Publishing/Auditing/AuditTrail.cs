using System.Globalization;
using System.Text;
using System.Text.Json;
using Strato.Core;
using Strato.Posix;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Auditing;

/// <summary>
/// A repository's audit log: <c>audit.log</c> in its folder of the home, JSON lines, only ever appended to (O_APPEND, each line one write; an end is brought to the disk). A file that
/// has grown large is renamed to <c>audit-TIME.log</c>, and the oldest of many are removed. Any number of processes may write.
/// </summary>
public sealed class AuditTrail
{
    /// <summary>Bytes at which a file is full.</summary>
    private const long MaximumLength = 4 * 1024 * 1024;

    /// <summary>Full files that are kept.</summary>
    internal const int KeptFiles = 16;

    private const string Current = "audit.log";

    private readonly RepositoryPlaces places;
    private readonly long maximumLength;

    /// <summary>Names the log; nothing is opened.</summary>
    public AuditTrail(RepositoryPlaces places)
        : this(places, MaximumLength)
    {
    }

    internal AuditTrail(RepositoryPlaces places, long maximumLength)
    {
        this.places = places;
        this.maximumLength = maximumLength;
    }

    private string File => Path.Combine(places.Folder, Current);

    /// <summary>Operations in the order of their beginning.</summary>
    /// <param name="since">Leaves out those that began before; null for all.</param>
    /// <param name="warn">Told once how many lines could not be read.</param>
    /// <exception cref="StratoException">A file cannot be read.</exception>
    public IReadOnlyList<AuditEntry> Read(DateTimeOffset? since, Action<string> warn)
    {
        Dictionary<string, AuditEntry> entries = new(StringComparer.Ordinal);
        int damaged = 0;
        foreach (string file in Files().Append(File).Where(System.IO.File.Exists))
        {
            foreach (string text in Lines(file))
            {
                if (TryParse(text) is { } line)
                {
                    entries[line.Id] = Join(entries.GetValueOrDefault(line.Id), line);
                }
                else
                {
                    damaged++;
                }
            }
        }

        if (damaged > 0)
        {
            warn(string.Create(CultureInfo.InvariantCulture, $"the audit log of {places.Name} has {damaged} {(damaged == 1 ? "line" : "lines")} that cannot be read, as a full disk leaves them"));
        }

        return
        [
            .. entries.Values.Where(entry => since is null || entry.Begun >= since).OrderBy(entry => entry.Begun)
                .Select(entry => entry with { IsRunning = entry.Outcome is null && entry.Actor?.IsRunning() == true }),
        ];
    }

    /// <summary>Appends a line, and does something more while nobody else writes.</summary>
    /// <exception cref="PosixException">It cannot be written.</exception>
    internal void Append(AuditLine line, Action? meanwhile = null)
    {
        byte[] text = [.. JsonSerializer.SerializeToUtf8Bytes(line, AuditJson.Default.AuditLine), (byte)'\n'];
        using FileDescriptor file = Open();
        FileStatus status = Status(file);
        if (!EndsLine(file, status.Size))
        {
            // What a full disk cut off is not to be taken for the beginning of this line.
            text = [(byte)'\n', .. text];
        }

        byte[] path = Encoding.UTF8.GetBytes(File);
        PosixFile.WriteAll(file, text).ThrowIfFailed("write the audit log", path);
        if (line.Event == "end")
        {
            // A beginning without an end outlives its process in any case; what it goes on to do is synced by itself.
            Durability.SyncData(file).ThrowIfFailed("write the audit log", path);
        }

        meanwhile?.Invoke();
        if (status.Size + text.Length > maximumLength)
        {
            Rotate(line.Time);
        }
    }

    private FileDescriptor Open()
    {
        byte[] path = Encoding.UTF8.GetBytes(File);
        while (true)
        {
            PosixFile.Open(null, path, OpenFlags.ReadWrite | OpenFlags.Append | OpenFlags.Create, out FileDescriptor? file, 0x1a4)
                .ThrowIfFailed("open the audit log", path);
            try
            {
                PosixFile.Lock(file!, FileLock.Exclusive, wait: true).ThrowIfFailed("lock the audit log", path);
                Errno errno = PosixPath.GetStatus(null, path, out FileStatus named);
                if (errno == Errno.None && named.Inode == Status(file!).Inode)
                {
                    return file!;
                }
            }
            catch
            {
                file!.Dispose();
                throw;
            }

            // Somebody else found it full meanwhile.
            file!.Dispose();
        }
    }

    private FileStatus Status(FileDescriptor file)
    {
        PosixFile.GetStatus(file, out FileStatus status).ThrowIfFailed("look at the audit log", Encoding.UTF8.GetBytes(File));
        return status;
    }

    private static bool EndsLine(FileDescriptor file, long length)
    {
        Span<byte> last = stackalloc byte[1];
        return length == 0 || (PosixFile.ReadAt(file, last, length - 1, out int count) == Errno.None && count == 1 && last[0] == (byte)'\n');
    }

    // Where renaming is forbidden (chattr +a) the file goes on growing, which is what was asked for there.
    private void Rotate(DateTimeOffset now)
    {
        string time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'.'fffffff'Z'", CultureInfo.InvariantCulture);
        byte[] full = Encoding.UTF8.GetBytes(Path.Combine(places.Folder, $"audit-{time}.log"));
        if (PosixPath.Rename(null, Encoding.UTF8.GetBytes(File), null, full, replace: false) == Errno.None)
        {
            foreach (string old in Files().SkipLast(KeptFiles))
            {
                System.IO.File.Delete(old);
            }
        }
    }

    private IEnumerable<string> Files() => Directory.Exists(places.Folder)
        ? Directory.EnumerateFiles(places.Folder, "audit-*.log").Order(StringComparer.Ordinal)
        : [];

    private static IEnumerable<string> Lines(string file)
    {
        using StreamReader reader = OpenText(file);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }

    private static StreamReader OpenText(string file)
    {
        try
        {
            return new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot read the audit log {file}: {error.Message.TrimEnd('.')}", error);
        }
    }

    private static AuditLine? TryParse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, AuditJson.Default.AuditLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static AuditEntry Join(AuditEntry? known, AuditLine line)
    {
        AuditEntry entry = known ?? new AuditEntry { Id = line.Id, Begun = line.Time, Operation = line.Operation, Repository = line.Repository };
        return line.Event == "begin"
            ? entry with { Begun = line.Time, Actor = line.Actor }
            : entry with
            {
                Begun = known is null && line.Seconds is { } seconds and >= 0 and < 1e9 ? line.Time.AddSeconds(-seconds) : entry.Begun,
                Outcome = line.Outcome,
                Error = line.Error,
                Seconds = line.Seconds,
                Before = line.Before,
                After = line.After,
                Tag = line.Tag,
                Counts = line.Counts ?? entry.Counts,
            };
    }
}
