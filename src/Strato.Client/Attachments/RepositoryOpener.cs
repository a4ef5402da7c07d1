using Strato.Core.Configuration;

namespace Strato.Client.Attachments;

/// <summary>Opens repositories as their configuration says at that time.</summary>
internal sealed class RepositoryOpener(IRepositoryConfigurations configurations, SessionSurroundings surroundings) : IAttachmentOpener
{
    private readonly Lock gate = new();
    private readonly HashSet<string> logged = new(StringComparer.Ordinal);

    /// <summary>The configuration repository's files, in a mount of all; null in a mount of one, which finds them where they are mounted.</summary>
    public ConfigRepositoryCopies? ConfigRepository { get; set; }

    /// <summary>A repository's configuration as it is now, with what the configuration repository has for it.</summary>
    public async Task<RepositoryConfiguration> FindAsync(string repository, IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        ConfigurationPaths paths = ConfigRepository is { } copies
            ? await copies.PrepareAsync(repository, configurations.FindConfigRepository(copies.Without), cancellation)
            : ConfigurationPaths.AsNamed;
        return configurations.Find(new AttachmentRequest(repository, settings, paths));
    }

    /// <inheritdoc/>
    public async Task<IAttachedRepository> OpenAsync(
        AttachmentPlace place, Func<ushort> number, bool acceptsOlder, CancellationToken cancellation)
    {
        // Users of what a process before had open are waiting, and nothing that is needed for it has changed.
        RepositoryConfiguration configuration = place.Saved is not null && ConfigRepository is { } copies
            ? configurations.Find(new AttachmentRequest(
                place.Identity.Repository, place.Settings, copies.FindKept(place.Identity.Repository, configurations.FindConfigRepository(copies.Without))))
            : await FindAsync(place.Identity.Repository, place.Settings, cancellation);
        RepositorySession session = await RepositorySession.OpenAsync(place, number, configuration, surroundings, acceptsOlder, cancellation);
        if (place.Name.Length > 0)
        {
            surroundings.Log.Attached(place.ShownName, session.Attachment.Current.Number);
        }

        LogOnce(place.Name.Length > 0 ? configuration.Notes : []);
        return session;
    }

    /// <summary>Repositories share files, and are opened again and again.</summary>
    private void LogOnce(IReadOnlyList<string> notes)
    {
        lock (gate)
        {
            foreach (string note in notes.Where(logged.Add))
            {
                surroundings.Log.ConfigurationNote(note);
            }
        }
    }
}
