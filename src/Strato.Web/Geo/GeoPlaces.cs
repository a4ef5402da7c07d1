using System.Net;
using System.Text;
using Strato.Core;

namespace Strato.Web.Geo;

/// <summary>
/// The places that a site's <c>geo.conf</c> and its database tell. Both are read again when they were changed; one that cannot be read leaves
/// what was known before. Thread-safe.
/// </summary>
internal sealed class GeoPlaces
{
    private readonly string file;
    private readonly TimeProvider clock;
    private readonly Action<string> trouble;
    private readonly Lock gate = new();
    private DateTime configurationTime = DateTime.MinValue;
    private (string? File, DateTime Time) databaseStamp;
    private GeoConfiguration configuration = GeoConfiguration.Empty;
    private MmdbFile? database;
    private DateTimeOffset lookedAt = DateTimeOffset.MinValue;

    /// <summary>Nothing is read yet.</summary>
    /// <param name="file">The configuration's file, which need not exist.</param>
    /// <param name="clock">Says when to look at the files again.</param>
    /// <param name="trouble">Told one line where a file cannot be read.</param>
    public GeoPlaces(string file, TimeProvider clock, Action<string> trouble)
    {
        this.file = file;
        this.clock = clock;
        this.trouble = trouble;
    }

    /// <summary>How long a change of a file may go unnoticed.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(10);

    /// <summary>When the database was changed last; null where there is none.</summary>
    public DateTimeOffset? DatabaseTime
    {
        get
        {
            Refresh();
            lock (gate)
            {
                return database is null ? null : new DateTimeOffset(databaseStamp.Time);
            }
        }
    }

    /// <summary>The place of a server that the configuration names.</summary>
    public GeoPoint? FindServer(string name) => Current().Configuration.TryFindServer(name, out GeoPoint? place) ? place : null;

    /// <summary>The place of an address: the site's own networks count before the database.</summary>
    public GeoPoint? Find(IPAddress address)
    {
        (GeoConfiguration known, MmdbFile? places) = Current();
        return known.Networks.Find(address) ?? places?.Find(address);
    }

    private (GeoConfiguration Configuration, MmdbFile? Database) Current()
    {
        Refresh();
        lock (gate)
        {
            return (configuration, database);
        }
    }

    private void Refresh()
    {
        DateTimeOffset now = clock.GetUtcNow();
        lock (gate)
        {
            // A clock that was set back does not keep the files from being looked at.
            if (now >= lookedAt && now - lookedAt < Interval)
            {
                return;
            }

            lookedAt = now;
            try
            {
                ReadConfiguration();
                ReadDatabase();
            }
            catch (Exception error) when (error is StratoException or IOException or UnauthorizedAccessException)
            {
                trouble(error.Message);
            }
        }
    }

    private void ReadConfiguration()
    {
        FileInfo found = new(file);
        DateTime changed = found.Exists ? found.LastWriteTimeUtc : DateTime.MinValue;
        if (changed == configurationTime)
        {
            return;
        }

        // What cannot be read is told once, not at every look.
        configurationTime = changed;
        configuration = !found.Exists ? GeoConfiguration.Empty
            : found.Length > GeoConfiguration.MaximumLength ? throw new StratoException($"{file} is longer than {GeoConfiguration.MaximumLength} bytes")
            : GeoConfiguration.Parse(File.ReadAllText(file, Encoding.UTF8), file);
    }

    private void ReadDatabase()
    {
        if (configuration.Database is not { } path)
        {
            database = null;
            databaseStamp = default;
            return;
        }

        FileInfo found = new(path);
        (string, DateTime) stamp = (path, found.Exists ? found.LastWriteTimeUtc : DateTime.MinValue);
        if (stamp == databaseStamp)
        {
            return;
        }

        databaseStamp = stamp;
        database = !found.Exists ? throw new StratoException($"the database {path}, which {file} names, is not there")
            : found.Length > MmdbFile.MaximumLength ? throw new StratoException($"the database {path} is longer than {MmdbFile.MaximumLength} bytes")
            : MmdbFile.Parse(File.ReadAllBytes(path), path);
    }
}
