using System.Buffers;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>
/// Catalogs between their coming and their being put: their stored bytes lie in a folder of the replica's, so that memory does not grow with
/// their number and a snapshot that was interrupted need not fetch them again. Thread-safe for different catalogs.
/// </summary>
internal sealed class CatalogShelf(string folder, IObjectStore store, ReplicaSource? source, SnapshotCounter counter, CancellationToken cancellation)
{
    private const long MaximumUnknown = 16L << 30;
    private const long Slack = 64L << 20;
    private const int PieceLength = 256 * 1024;

    /// <summary>Unpacks a catalog into a file, which the caller deletes; null where nobody has the catalog.</summary>
    /// <exception cref="Core.StratoException">It cannot be had for another reason.</exception>
    public string? TryOpen(PendingCatalog catalog)
    {
        string plain = Path.Combine(folder, $"{catalog.Hash}.plain");
        string stored = Path.Combine(folder, catalog.Hash.ToString());
        string key = KeyOf(catalog);
        if (catalog.IsInStore)
        {
            using Stream? present = Blocking.Wait(store.OpenReadAsync(key, range: null, cancellation));
            if (present is not null && TryUnpack(catalog, present, plain))
            {
                return plain;
            }

            // Damaged, or gone meanwhile: what comes from the source takes its place.
            Blocking.Wait(store.DeleteAsync([key], cancellation));
            catalog.IsInStore = false;
        }

        if (File.Exists(stored))
        {
            using FileStream left = File.OpenRead(stored);
            if (TryUnpack(catalog, left, plain))
            {
                return plain;
            }
        }

        return source is not null && TryFetch(source, catalog, plain, stored) ? plain : null;
    }

    /// <summary>Puts a catalog, all that it names being there.</summary>
    public void Put(PendingCatalog catalog)
    {
        if (catalog.IsInStore)
        {
            return;
        }

        string stored = Path.Combine(folder, catalog.Hash.ToString());
        using (FileStream file = File.OpenRead(stored))
        {
            Put(KeyOf(catalog), file);
        }

        File.Delete(stored);
    }

    private static string KeyOf(PendingCatalog catalog) => ObjectKey.Of(new ObjectName(catalog.Hash, ObjectKind.Catalog));

    private static long MaximumOf(NestedCatalog reference) => reference.Size > 0 ? reference.Size + Slack : MaximumUnknown;

    private void Put(string key, FileStream file)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            if (file.Length <= PieceLength)
            {
                int length = file.ReadAtLeast(piece, (int)file.Length, throwOnEndOfStream: false);
                Blocking.Wait(store.PutIfAbsentAsync(key, piece.AsMemory(0, length), cancellation));
                return;
            }

            IStagedObject staged = Blocking.Wait(store.CreateStagedAsync(cancellation));
            try
            {
                int count;
                while ((count = file.Read(piece, 0, PieceLength)) > 0)
                {
                    Blocking.Wait(staged.WriteAsync(piece.AsMemory(0, count), cancellation));
                }

                Blocking.Wait(staged.PublishAsync(key, cancellation));
            }
            finally
            {
                Blocking.Wait(staged.DisposeAsync());
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private bool TryUnpack(PendingCatalog catalog, Stream bytes, string plain)
    {
        using CatalogSink sink = new(catalog.Hash, MaximumOf(catalog.Reference), plain, storedFile: null);
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            sink.Begin();
            int count;
            while ((count = bytes.Read(piece, 0, PieceLength)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                if (sink.Write(piece.AsSpan(0, count)) is not null)
                {
                    return false;
                }
            }

            return sink.Finish() is null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private bool TryFetch(ReplicaSource from, PendingCatalog catalog, string plain, string stored)
    {
        bool isThere;
        using (CatalogSink sink = new(catalog.Hash, MaximumOf(catalog.Reference), plain, stored))
        {
            isThere = Blocking.Wait(from.TryFetchAsync(new ObjectName(catalog.Hash, ObjectKind.Catalog), sink, cancellation));
            if (isThere)
            {
                counter.AddNew(sink.StoredLength);
            }
        }

        if (!isThere)
        {
            File.Delete(plain);
            File.Delete(stored);
        }

        return isThere;
    }
}
