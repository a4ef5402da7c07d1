using System.Globalization;
using System.Text;
using Strato.Core;
using Strato.Core.Hashing;

namespace Strato.Publishing.Collecting;

/// <summary>
/// The names of deleted objects, one a line, appended to a file as the genuine collector does. A batch is in the file before it is deleted. One thread.
/// </summary>
internal sealed class DeletionLog : IDisposable
{
    private readonly FileStream? file;
    private readonly Action<string>? listed;
    private readonly StringBuilder text = new();

    /// <summary>Opens the file; null for none.</summary>
    /// <exception cref="StratoException">It cannot be opened.</exception>
    public DeletionLog(string? path, Action<string>? listed)
    {
        this.listed = listed;
        try
        {
            file = path is null ? null : new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot open the deletion log {path}: {error.Message.TrimEnd('.')}", error);
        }
    }

    public void Begin(DateTimeOffset now) => Mark("started", now);

    public void End(DateTimeOffset now) => Mark("finished", now);

    /// <summary>Notes what is about to be deleted.</summary>
    public void Add(IEnumerable<ObjectName> names)
    {
        foreach (ObjectName name in names)
        {
            string line = name.ToString();
            listed?.Invoke(line);
            if (file is not null)
            {
                text.Append(line).Append('\n');
            }
        }

        Write();
    }

    public void Dispose() => file?.Dispose();

    private void Mark(string what, DateTimeOffset now)
    {
        text.Append(CultureInfo.InvariantCulture, $"# Garbage Collection {what} at {now.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\n");
        Write();
    }

    private void Write()
    {
        try
        {
            file?.Write(Encoding.ASCII.GetBytes(text.ToString()));
            text.Clear();
        }
        catch (IOException error)
        {
            throw new StratoException($"cannot write the deletion log {file!.Name}: {error.Message.TrimEnd('.')}", error);
        }
    }
}
