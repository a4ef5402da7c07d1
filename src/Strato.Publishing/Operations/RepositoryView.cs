using Strato.Core;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Publishing.Committing;
using Strato.Publishing.Objects;
using Strato.Publishing.Repositories;
using Strato.Storage.Objects;

namespace Strato.Publishing.Operations;

/// <summary>
/// A repository of the home as it is at the moment, for reading only: no lock is taken, and its signatures are the publisher's own business,
/// not looked at.
/// </summary>
internal sealed class RepositoryView : IDisposable
{
    private readonly CancellationToken cancellation;

    private RepositoryView(RepositorySettings settings, IObjectStore store, CancellationToken cancellation)
    {
        Settings = settings;
        Store = store;
        this.cancellation = cancellation;
        Manifest = RepositoryRoot.Parse(Read(ObjectKey.Manifest, Manifest.MaxLength), store);
    }

    public RepositorySettings Settings { get; }

    public IObjectStore Store { get; }

    public Manifest Manifest { get; }

    public ObjectReader Objects => new(Store, cancellation);

    public static RepositoryView Open(string repository, OperationContext context)
    {
        RepositorySettings settings = context.Home.Load(repository);
        IObjectStore store = context.Stores.Open(settings);
        try
        {
            return new RepositoryView(settings, store, context.Cancellation);
        }
        catch
        {
            Blocking.Wait(store.DisposeAsync());
            throw;
        }
    }

    /// <summary>The tags, newest first.</summary>
    public IReadOnlyList<HistoryTag> ReadTags()
    {
        using HistoryDatabase? history = OpenHistory();
        return history?.ListTags() ?? [];
    }

    /// <summary>The history; null where the repository has none.</summary>
    public HistoryDatabase? OpenHistory() => HistoryBytes.Open(Objects, Manifest);

    /// <summary>When clients stop to trust the repository; null where there is no whitelist that can be read.</summary>
    public DateTime? WhitelistExpiry() =>
        Blocking.Wait(Store.ReadAsync(ObjectKey.Whitelist, Whitelist.MaxLength, cancellation)) is { } served
            && Whitelist.TryParse(served.Bytes.Span, out Whitelist? whitelist, out _)
            ? whitelist.Expires
            : null;

    public void Dispose() => Blocking.Wait(Store.DisposeAsync());

    private ReadOnlySpan<byte> Read(string key, int limit) =>
        (Blocking.Wait(Store.ReadAsync(key, limit, cancellation))
            ?? throw new StratoException($"{Store.Location} has no {key}; it holds no complete repository")).Bytes.Span;
}
