using System.Globalization;
using System.Text;

namespace Strato.Client.Mounting;

/// <summary>
/// The daemon's log: a line with its time for each event, and the last lines kept for <c>user.logbuffer</c>. Safe on all threads.
/// </summary>
internal sealed class ClientLog
{
    private const int KeptLines = 10;

    private readonly Lock gate = new();
    private readonly TextWriter writer;
    private readonly TimeProvider clock;
    private readonly Queue<string> recent = new();

    /// <summary>Writes to <paramref name="writer"/>, which stays the caller's.</summary>
    public ClientLog(TextWriter writer, TimeProvider clock)
    {
        this.writer = writer;
        this.clock = clock;
    }

    /// <summary>Logs one line. A log that cannot be written (disk full) keeps the line for those who ask.</summary>
    public void Write(string message)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"[{clock.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}] {message.ReplaceLineEndings(" ")}");
        lock (gate)
        {
            recent.Enqueue(line);
            if (recent.Count > KeptLines)
            {
                recent.Dequeue();
            }

            try
            {
                writer.WriteLine(line);
                writer.Flush();
            }
            catch (IOException)
            {
                // There is nowhere to tell.
            }
        }
    }

    /// <summary>The last lines, the newest first.</summary>
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
}
