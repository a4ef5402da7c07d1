using Strato.Core.Configuration;

namespace Strato.Client.Attachments;

/// <summary>Opens repositories as their configuration says at that time.</summary>
internal sealed class RepositoryOpener(IRepositoryConfigurations configurations, SessionSurroundings surroundings) : IAttachmentOpener
{
    private readonly Lock gate = new();
    private readonly HashSet<string> logged = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<IAttachedRepository> OpenAsync(
        AttachmentPlace place, Func<ushort> number, bool acceptsOlder, CancellationToken cancellation)
    {
        RepositoryConfiguration configuration = configurations.Find(new AttachmentRequest(place.Identity.Repository, place.Settings));
        RepositorySession session = await RepositorySession.OpenAsync(place, number, configuration, surroundings, acceptsOlder, cancellation);
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
                surroundings.Log.Write($"configuration: {note}");
            }
        }
    }
}
