using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Strato.Hosting.Logging;

/// <summary>
/// Where a daemon's log goes: one line for each event, to a writer that somebody else owns. The level can be changed while it is in use. Safe on all threads.
/// </summary>
public sealed class LogWriter
{
    /// <summary>Lines that are kept for those who ask.</summary>
    private const int KeptLines = 10;

    private readonly TimeProvider clock;
    private readonly LogFormat format;
    private readonly bool isJournal;
    private readonly Lock gate = new();
    private readonly Queue<string> recent = new();
    private TextWriter writer;
    private volatile LogLevel minimum;

    /// <summary>A log.</summary>
    /// <param name="writer">Takes the lines.</param>
    /// <param name="clock">Gives their times.</param>
    /// <param name="format">How they look.</param>
    /// <param name="isJournal">Whether the systemd journal reads them (<see cref="Journal"/>): each then begins with its priority, such as <c>&lt;4&gt;</c>.</param>
    /// <param name="minimum">The lowest level that is written.</param>
    public LogWriter(TextWriter writer, TimeProvider clock, LogFormat format = LogFormat.Text, bool isJournal = false, LogLevel minimum = LogLevel.Information)
    {
        this.writer = writer;
        this.clock = clock;
        this.format = format;
        this.isJournal = isJournal;
        this.minimum = minimum;
    }

    /// <summary>The lowest level that is written.</summary>
    public LogLevel Minimum
    {
        get => minimum;
        set => minimum = value;
    }

    /// <summary>Writes to another writer from now on, which stays the caller's.</summary>
    public void MoveTo(TextWriter next)
    {
        lock (gate)
        {
            writer = next;
        }
    }

    /// <summary>A logger that writes here.</summary>
    /// <param name="category">What its events are about, for programs.</param>
    public ILogger CreateLogger(string category) => new LineLogger(this, category);

    /// <summary>The last lines as people read them, the newest first.</summary>
    public string Recent()
    {
        StringBuilder text = new();
        lock (gate)
        {
            foreach (string line in recent.Reverse())
            {
                text.Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Writes an event. A log that cannot be written (disk full) keeps the line for those who ask.</summary>
    internal void Write(in LogEvent entry)
    {
        DateTimeOffset now = clock.GetUtcNow();
        string body = format == LogFormat.Json ? LogLine.Json(now, in entry) : isJournal ? LogLine.OneLine(entry.Message) : LogLine.Text(now, in entry);
        string prefix = isJournal ? Journal.PriorityOf(entry.Level) : "";
        lock (gate)
        {
            recent.Enqueue(string.Create(CultureInfo.InvariantCulture, $"[{now:yyyy-MM-ddTHH:mm:ssZ}] {LogLine.OneLine(entry.Message)}"));
            if (recent.Count > KeptLines)
            {
                recent.Dequeue();
            }

            try
            {
                writer.WriteLine(prefix + body);
                writer.Flush();
            }
            catch (IOException)
            {
                // There is nowhere to tell.
            }
        }
    }
}
