using System.Globalization;
using Strato.Posix;

namespace Strato.Publishing.Auditing;

/// <summary>Who does something: the process that runs, and the person who started it as far as the system knows.</summary>
/// <param name="User">The name of the effective user.</param>
/// <param name="Uid">Its number.</param>
/// <param name="LoginUid">The number of who logged in (<c>/proc/self/loginuid</c>), which su and sudo do not change; null where the kernel does not say.</param>
/// <param name="SudoUser">Who called sudo; null where nobody did.</param>
/// <param name="Host">The machine's name.</param>
/// <param name="Pid">The process.</param>
/// <param name="ProcessStart">When it started, in the kernel's ticks since boot: tells two processes of one number apart; 0 where unknown.</param>
/// <param name="Command">Its command line.</param>
public sealed record AuditActor(string User, uint Uid, uint? LoginUid, string? SudoUser, string Host, int Pid, long ProcessStart, string Command)
{
    private const int MaximumCommand = 4096;

    private static readonly Lazy<AuditActor> Self = new(Read);

    /// <summary>This process.</summary>
    public static AuditActor Current => Self.Value;

    /// <summary>True where the process is of this machine and still there.</summary>
    public bool IsRunning() => Host == Environment.MachineName && ProcessStart != 0 && StartOf(Pid) == ProcessStart;

    private static AuditActor Read()
    {
        string command = string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Prepend("strato")).ReplaceLineEndings(" ");
        return new AuditActor(
            Environment.UserName,
            PosixProcess.EffectiveUserId,
            ReadLoginUid(),
            Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } sudo ? sudo : null,
            Environment.MachineName,
            Environment.ProcessId,
            StartOf(Environment.ProcessId),
            command.Length > MaximumCommand ? command[..MaximumCommand] + "..." : command);
    }

    private static uint? ReadLoginUid()
    {
        try
        {
            return uint.TryParse(File.ReadAllText("/proc/self/loginuid"), NumberStyles.None, CultureInfo.InvariantCulture, out uint uid) && uid != uint.MaxValue ? uid : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A kernel without auditing has no such file.
            return null;
        }
    }

    // Field 22 of /proc/PID/stat, counted after the name in parentheses, which may hold anything.
    private static long StartOf(int pid)
    {
        const int fieldsAfterName = 19;
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields.Length > fieldsAfterName && long.TryParse(fields[fieldsAfterName], NumberStyles.None, CultureInfo.InvariantCulture, out long start) ? start : 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // No such process.
            return 0;
        }
    }
}
