using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Strato.Posix;

namespace Strato.Testing.Mounting;

/// <summary>
/// The processes of one mount, found from outside by the lock that all of them have open: the daemon, whose command line is that of
/// <c>strato mount</c>, and the holder.
/// </summary>
public sealed class MountProcesses
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string lockFile;
    private readonly string directory;

    /// <summary>The processes of the mount on a directory, as its home's registry names it.</summary>
    public MountProcesses(string home, string directory)
    {
        this.directory = directory;
        lockFile = Path.Combine(
            home, "run", "mounts", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory)).AsSpan(0, 8)) + ".lock");
    }

    /// <summary>The daemon; null while there is none.</summary>
    public int? Daemon => All().Where(process => process.IsDaemon).Select(process => (int?)process.Id).FirstOrDefault();

    /// <summary>The holder; null while there is none.</summary>
    public int? Holder => All().Where(process => !process.IsDaemon).Select(process => (int?)process.Id).FirstOrDefault();

    /// <summary>All that live now; not this one, which keeps descriptors where it plays a service manager. A process that is ending has no command line any more, and none that is being started has one of its own yet.</summary>
    public IReadOnlyList<(int Id, bool IsDaemon)> All() => [.. Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0)
        .Where(id => id > 0 && id != Environment.ProcessId)
        .Select(id => (Id: id, Words: CommandLine(id)))

        // Descriptors are looked at last, where they may be those: a machine has many.
        .Where(process => process.Words.Any(word => word is "mount" or "hold") && HasLock(process.Id))
        .Select(process => (process.Id, process.Words.Contains("mount", StringComparer.Ordinal)))];

    /// <summary>All that live, with what each of their threads waits for in the kernel, and who else has the mount: a copy in another mount namespace keeps it alive.</summary>
    public IEnumerable<string> Describe()
    {
        foreach ((int id, bool isDaemon) in All())
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{(isDaemon ? "daemon" : "holder")} {id}: {string.Join(", ", ThreadsOf(id))}");
        }

        string own = File.ResolveLinkTarget("/proc/self/ns/mnt", returnFinalTarget: false)!.FullName;
        foreach (string process in Directory.GetDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0]) && HasOtherCopy(path, own)))
        {
            yield return $"{process} has other mounts, this one among them";
        }
    }

    /// <summary>A process's arguments; empty for one that has ended.</summary>
    public static IReadOnlyList<string> CommandLine(int process)
    {
        try
        {
            return [.. File.ReadAllText($"/proc/{process}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>The children of a process that have ended and that it has not waited for.</summary>
    public static IReadOnlyList<int> ZombiesOf(int parent) => [.. Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0)
        .Where(id => id > 0 && IsZombieOf(id, parent))];

    /// <summary>How many descriptors a process has.</summary>
    public static int DescriptorsOf(int process) => Directory.GetFiles($"/proc/{process}/fd").Length;

    /// <summary>A process's resident memory in bytes.</summary>
    public static long MemoryOf(int process) =>
        long.Parse(
            File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) * 1024;

    /// <summary>Waits for a daemon other than one that is known.</summary>
    public Task<int> WaitForDaemonAsync(int? other, CancellationToken cancellation) => WaitForAsync(() => Daemon, other, "a daemon", cancellation);

    /// <summary>Waits for a holder other than one that is known.</summary>
    public Task<int> WaitForHolderAsync(int? other, CancellationToken cancellation) => WaitForAsync(() => Holder, other, "a holder", cancellation);

    /// <summary>Kills the daemon and waits for its successor; answers both.</summary>
    public async Task<(int Killed, int Successor)> ReplaceDaemonAsync(CancellationToken cancellation)
    {
        int daemon = await WaitForDaemonAsync(null, cancellation);
        PosixProcess.Kill(daemon, Signal.Kill);
        return (daemon, await WaitForDaemonAsync(daemon, cancellation));
    }

    /// <summary>Kills all of them, the holder first so that nothing is started again.</summary>
    public void KillAll()
    {
        long started = Environment.TickCount64;
        while (All() is { Count: > 0 } living && Environment.TickCount64 - started < Patience.TotalMilliseconds)
        {
            foreach ((int id, _) in living.OrderBy(process => process.IsDaemon))
            {
                PosixProcess.Kill(id, Signal.Kill);
            }
        }
    }

    private bool HasOtherCopy(string process, string ownNamespace)
    {
        try
        {
            return File.ResolveLinkTarget(Path.Combine(process, "ns", "mnt"), returnFinalTarget: false)?.FullName != ownNamespace
                && File.ReadAllText(Path.Combine(process, "mountinfo")).Contains(directory, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsZombieOf(int process, int parent)
    {
        try
        {
            // The state and the parent follow on the program's name, which may hold parentheses.
            string status = File.ReadAllText($"/proc/{process}/stat");
            string[] fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" && fields[1] == parent.ToString(CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static List<string> ThreadsOf(int process)
    {
        try
        {
            return [.. Directory.GetDirectories($"/proc/{process}/task").Select(
                task => $"{File.ReadAllText(Path.Combine(task, "comm")).Trim()} in {File.ReadAllText(Path.Combine(task, "wchan")).Trim()}")];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ["it is ending"];
        }
    }

    private static async Task<int> WaitForAsync(Func<int?> find, int? other, string what, CancellationToken cancellation)
    {
        long started = Environment.TickCount64;
        while (Environment.TickCount64 - started < Patience.TotalMilliseconds)
        {
            if (find() is { } found && found != other)
            {
                return found;
            }

            await Task.Delay(5, cancellation);
        }

        throw new TimeoutException($"there is no {what} after {Patience.TotalSeconds} s");
    }

    private bool HasLock(int process)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{process}/fd").Any(link => File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName == lockFile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's.
            return false;
        }
    }
}
