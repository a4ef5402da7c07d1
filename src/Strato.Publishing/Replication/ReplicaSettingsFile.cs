using System.Buffers;
using System.Globalization;
using System.Text;
using Strato.Core;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Replication;

/// <summary>
/// Reads and writes the settings of replicas: <c>server.conf</c> of type <c>stratum1</c> with the genuine server's names, and
/// <c>replica.conf</c> beside it where there is one, which counts first. <c>STRATO_SNAPSHOT_INTERVAL</c> (seconds) is Strato's own.
/// </summary>
internal static class ReplicaSettingsFile
{
    private const int MaximumWorkers = 1024;

    private static readonly SearchValues<char> Unwritable = SearchValues.Create("\"\n\r$`\\");

    public static ReplicaSettings Read(string file, RepositorySettings settings)
    {
        string beside = Path.Combine(Path.GetDirectoryName(file)!, "replica.conf");
        SettingsReader values = SettingsReader.Read(file, File.Exists(beside) ? beside : null);
        bool isPassThrough = values.Flag("CVMFS_PASSTHROUGH", fallback: false);
        string[] sources = Split(values.Text("CVMFS_STRATUM0"), ';');
        string[] keys = Split(values.Text("CVMFS_PUBLIC_KEY"), ':');
        ReplicaSettings defaults = new() { Name = settings.Name, Storage = settings.Storage, Sources = sources, PublicKeys = keys };
        int interval = values.Number("STRATO_SNAPSHOT_INTERVAL", 0, minimum: 0);
        return defaults with
        {
            Sources = sources.Length > 0 ? sources : throw values.Malformed("CVMFS_STRATUM0", "names no source"),
            PublicKeys = keys.Length > 0 || isPassThrough ? keys : throw values.Malformed("CVMFS_PUBLIC_KEY", "names no key"),
            Group = values.Text("CVMFS_SNAPSHOT_GROUP") ?? defaults.Group,
            Workers = Math.Min(values.Number("CVMFS_NUM_WORKERS", defaults.Workers, minimum: 1), MaximumWorkers),
            Timeout = TimeSpan.FromSeconds(values.Number("CVMFS_HTTP_TIMEOUT", (int)defaults.Timeout.TotalSeconds, minimum: 1)),
            Retries = values.Number("CVMFS_HTTP_RETRIES", defaults.Retries, minimum: 0),
            Proxy = values.Text("CVMFS_HTTP_PROXY"),
            IsPassThrough = isPassThrough,
            CollectsAutomatically = values.Flag("CVMFS_AUTO_GC", defaults.CollectsAutomatically),
            Interval = interval > 0 ? TimeSpan.FromSeconds(interval) : null,
        };
    }

    public static byte[] Format(ReplicaSettings settings)
    {
        StringBuilder text = new();
        Line("CVMFS_REPOSITORY_NAME", settings.Name);
        Line("CVMFS_REPOSITORY_TYPE", "stratum1");
        Line("CVMFS_STRATUM0", string.Join(';', settings.Sources));
        Line("CVMFS_UPSTREAM_STORAGE", SettingsFile.Upstream(settings.Storage));
        if (settings.IsPassThrough)
        {
            Line("CVMFS_PASSTHROUGH", "true");
            return Encoding.UTF8.GetBytes(text.ToString());
        }

        Line("CVMFS_PUBLIC_KEY", string.Join(':', settings.PublicKeys));
        Line("CVMFS_SNAPSHOT_GROUP", settings.Group);
        Number("CVMFS_NUM_WORKERS", settings.Workers);
        Number("CVMFS_HTTP_TIMEOUT", (long)settings.Timeout.TotalSeconds);
        Number("CVMFS_HTTP_RETRIES", settings.Retries);
        if (settings.Proxy is { } proxy)
        {
            Line("CVMFS_HTTP_PROXY", proxy);
        }

        if (settings.CollectsAutomatically)
        {
            Line("CVMFS_AUTO_GC", "true");
        }

        if (settings.Interval is { } interval)
        {
            Number("STRATO_SNAPSHOT_INTERVAL", (long)interval.TotalSeconds);
        }

        return Encoding.UTF8.GetBytes(text.ToString());

        // Addresses have semicolons between them, which a shell would take for the end of the assignment.
        void Line(string name, string value) => text.Append(name).Append("=\"").Append(value).Append("\"\n");

        void Number(string name, long value) => text.Append(name).Append('=').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <summary>Refuses what the file could not hold.</summary>
    /// <exception cref="StratoException">A value would end its line or its quotes.</exception>
    public static void RequireWritable(string what, string value)
    {
        if (value.AsSpan().ContainsAny(Unwritable))
        {
            throw new StratoException($"cannot write {what} '{Core.Paths.BytesText.Escape(value)}' to server.conf: it holds a quote, a dollar sign, a backslash or a line's end");
        }
    }

    private static string[] Split(string? text, char separator) =>
        text?.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
