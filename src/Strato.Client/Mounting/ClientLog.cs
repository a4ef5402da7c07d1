using Microsoft.Extensions.Logging;
using Strato.Core;
using Strato.Hosting.Logging;

namespace Strato.Client.Mounting;

/// <summary>
/// The events of a mount's daemon. Each is one line; the last ones are kept for <c>user.logbuffer</c>. What a program makes of the log goes by the
/// events' names and values, so these stay. Safe on all threads.
/// </summary>
public sealed partial class ClientLog
{
    private readonly LogWriter output;
    private readonly ILogger logger;

    public ClientLog(LogWriter output)
    {
        this.output = output;
        logger = output.CreateLogger("mount");
    }

    /// <summary>Plain lines on a writer that stays the caller's.</summary>
    public ClientLog(TextWriter writer, TimeProvider clock)
        : this(new LogWriter(writer, clock))
    {
    }

    /// <summary>The lowest level that is logged.</summary>
    public LogLevel Minimum
    {
        get => output.Minimum;
        set => output.Minimum = value;
    }

    /// <summary>The last lines, the newest first.</summary>
    public string Recent() => output.Recent();

    /// <summary>
    /// Something failed. What is no <see cref="StratoException"/> is a bug: people are told what failed, and those who look for it (level debug) where.
    /// </summary>
    public void Failed(string what, Exception error)
    {
        if (error is StratoException)
        {
            Failure(what, error.Message);
        }
        else
        {
            Bug(what, error.GetType().Name, error.Message);
            BugDetails(what, error.ToString());
        }
    }

    /// <summary>What needs no name of its own.</summary>
    [LoggerMessage(1, LogLevel.Information, "{Message}")]
    public partial void Write(string message);

    [LoggerMessage(2, LogLevel.Warning, "{Name} cannot be attached, and is not tried again for {Seconds} s: {Reason}")]
    public partial void AttachRefused(string name, long seconds, string reason);

    [LoggerMessage(16, LogLevel.Warning, "{Name} cannot be shown as it was before, so its newest revision is tried: {Reason}")]
    public partial void CannotShowAsBefore(string name, string reason);

    [LoggerMessage(3, LogLevel.Information, "{Name} is attached at revision {Revision}")]
    public partial void Attached(string name, ulong revision);

    [LoggerMessage(4, LogLevel.Information, "{Name} is detached: nobody has used it for {Seconds} s")]
    public partial void Detached(string name, long seconds);

    [LoggerMessage(5, LogLevel.Warning, "configuration: {Note}")]
    public partial void ConfigurationNote(string note);

    [LoggerMessage(6, LogLevel.Warning, "{Repository}: {Notice}")]
    public partial void ServersNotice(string repository, string notice);

    [LoggerMessage(7, LogLevel.Warning, "{Notice}")]
    public partial void CacheNotice(string notice);

    [LoggerMessage(8, LogLevel.Error, "{What} failed: {Reason}")]
    private partial void Failure(string what, string reason);

    [LoggerMessage(9, LogLevel.Warning, "{Repository} is shown as it was last seen: {Reason}")]
    public partial void ShownAsLastSeen(string repository, string reason);

    [LoggerMessage(10, LogLevel.Information, "{Repository} can be looked at for new revisions again")]
    public partial void LooksAgain(string repository);

    [LoggerMessage(11, LogLevel.Warning, "{Repository} stays at revision {Revision}: {Reason}")]
    public partial void StaysAtRevision(string repository, ulong revision, string reason);

    [LoggerMessage(12, LogLevel.Information, "{Repository} shows revision {Revision} now, after {Before}")]
    public partial void ShowsRevision(string repository, ulong revision, ulong before);

    [LoggerMessage(13, LogLevel.Debug, "asked over the control socket: {Command}")]
    public partial void Asked(string command);

    [LoggerMessage(14, LogLevel.Error, "{What} failed: this is a bug: {Exception}: {Reason}")]
    private partial void Bug(string what, string exception, string reason);

    [LoggerMessage(15, LogLevel.Debug, "{What}: {Details}")]
    private partial void BugDetails(string what, string details);
}
