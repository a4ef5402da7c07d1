using Strato.Core;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Storage.Http;
using Strato.Storage.Local;
using Strato.Storage.Objects;

namespace Strato.Publishing.Checking;

/// <summary>
/// Puts objects that are missing or damaged in place again, from other servers or storage directories. Each is verified before it is put, and a damaged
/// one goes at the moment when its successor comes: a repair that is killed leaves an object damaged or missing that was so before.
/// </summary>
internal static class ObjectRepair
{
    /// <summary>Repairs what can be; answers how many objects that were.</summary>
    public static int Run(CheckRequest request, IReadOnlyList<DamagedObject> damage, OperationContext context)
    {
        RepositorySettings settings = context.Home.Load(request.Subject);
        using PublisherLock held = PublisherLock.Take(context.Home.Places(request.Subject));
        IObjectStore store = context.Stores.Open(settings);
        List<Storage.Objects.IObjectSource> sources = [];
        try
        {
            foreach (string place in request.Sources)
            {
                sources.Add(Open(place));
            }

            int repaired = damage.Count(wanted => sources.Exists(source => TryRepair(store, source, wanted, request, context.Cancellation)));
            Blocking.Wait(store.FlushAsync(context.Cancellation));
            return repaired;
        }
        finally
        {
            sources.ForEach(source => Blocking.Wait(source.DisposeAsync()));
            Blocking.Wait(store.DisposeAsync());
        }
    }

    private static Storage.Objects.IObjectSource Open(string place) => place.Contains("://", StringComparison.Ordinal)
        ? new Storage.Http.HttpObjectSource(new HttpSource(new HttpSourceOptions { Servers = [place.TrimEnd('/')] }))
        : LocalObjectStore.Open(place);

    private static bool TryRepair(IObjectStore store, Storage.Objects.IObjectSource source, DamagedObject wanted, CheckRequest request, CancellationToken cancellation)
    {
        string key = ObjectKey.Of(wanted.Name);
        IStagedObject staged = Blocking.Wait(store.CreateStagedAsync(cancellation));
        try
        {
            if (Copy(source, key, wanted, staged, cancellation) is { } problem)
            {
                request.Note($"object {wanted.Name} in {source.Location} {problem}");
                return false;
            }

            Blocking.Wait(store.DeleteAsync([key], cancellation));
            Blocking.Wait(staged.PublishAsync(key, CancellationToken.None));
            return true;
        }
        catch (StratoException error)
        {
            request.Note($"object {wanted.Name} cannot be repaired: {error.Message}");
            return false;
        }
        finally
        {
            Blocking.Wait(staged.DisposeAsync());
        }
    }

    private static string? Copy(Storage.Objects.IObjectSource source, string key, DamagedObject wanted, IStagedObject staged, CancellationToken cancellation)
    {
        using Stream? stream = Blocking.Wait(source.OpenReadAsync(key, range: null, cancellation));
        if (stream is null)
        {
            return "is missing as well";
        }

        using ObjectVerification verification = new(
            wanted.Name.Hash, wanted.Compression, wanted.PlainSize, wanted.PlainSize ?? long.MaxValue);
        byte[] buffer = new byte[64 * 1024];
        verification.Begin();
        int count;
        while ((count = stream.Read(buffer)) > 0)
        {
            if (verification.Write(buffer.AsSpan(0, count)) is { } problem)
            {
                return problem;
            }

            Blocking.Wait(staged.WriteAsync(buffer.AsMemory(0, count), cancellation));
        }

        return verification.Finish();
    }
}
