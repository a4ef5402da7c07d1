using System.Buffers;
using System.Globalization;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Storage.Cache;
using Strato.Storage.Local;
using Strato.Storage.Objects;

namespace Strato.Testing.Storage;

/// <summary>
/// A process that writes into a store or a cache without end, for tests that kill it at any moment: objects of all sizes from a few
/// seeds, so that several writers meet at the same ones. It says <c>writing</c> once it has begun.
/// </summary>
public static class StorageWriterProgram
{
    public const string Verb = "write-storage";

    /// <summary>The compression that entries are written under.</summary>
    public const CompressionAlgorithm Compression = CompressionAlgorithm.None;

    /// <summary>Runs <c>write-storage store|cache DIRECTORY SEED QUOTA</c> until it is killed.</summary>
    public static int Run(string[] arguments)
    {
        string directory = arguments[1];
        Random random = new(int.Parse(arguments[2], CultureInfo.InvariantCulture));
        if (arguments[0] == "store")
        {
            WriteStore(directory, random).GetAwaiter().GetResult();
        }
        else
        {
            WriteCache(directory, random, long.Parse(arguments[3], CultureInfo.InvariantCulture));
        }

        return 0;
    }

    /// <summary>The content of an object: its number decides it wholly.</summary>
    public static byte[] Content(int number)
    {
        Random random = new(number);
        byte[] bytes = new byte[number % 7 == 0 ? random.Next(2_000_000) : random.Next(20_000)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async Task WriteStore(string directory, Random random)
    {
        await using LocalObjectStore store = LocalObjectStore.Open(directory);
        ObjectVersion? version = (await store.ReadAsync(ObjectKey.Manifest, 100))?.Version;
        Console.WriteLine("writing");
        while (true)
        {
            byte[] bytes = Content(random.Next(400));
            string key = ObjectKey.Of(new ObjectName(ContentHasher.Hash(HashAlgorithm.Sha1, bytes), ObjectKind.File));
            if (random.Next(2) == 0)
            {
                await store.PutIfAbsentAsync(key, bytes);
            }
            else
            {
                await using IStagedObject staged = await store.CreateStagedAsync();
                await staged.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
                await staged.WriteAsync(bytes.AsMemory(bytes.Length / 2));
                await staged.PublishAsync(key);
            }

            if (random.Next(20) == 0)
            {
                await store.FlushAsync();
                version = (await store.CompareAndSwapAsync(ObjectKey.Manifest, version, System.Text.Encoding.ASCII.GetBytes(key))).Current;
            }
        }
    }

    private static void WriteCache(string directory, Random random, long quota)
    {
        using ObjectCache cache = ObjectCache.Open(new CacheOptions { Directory = directory, Quota = quota });
        Console.WriteLine("writing");
        while (true)
        {
            byte[] bytes = Content(random.Next(400));
            CachedObject entry = new(new ObjectName(ContentHasher.Hash(HashAlgorithm.Sha1, bytes), ObjectKind.File), Compression);
            if (cache.TryOpen(entry, bytes.Length, out OpenedObject opened))
            {
                opened.Dispose();
                continue;
            }

            using CacheWriter writer = cache.BeginWrite(entry);
            writer.Write(bytes);
            writer.Commit().Dispose();
        }
    }
}
