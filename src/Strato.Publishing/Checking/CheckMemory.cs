using System.Buffers.Binary;
using System.Text.Json;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Publishing.Collecting;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Publishing.Traversal;

namespace Strato.Publishing.Checking;

/// <summary>
/// What the last check without a problem has found whole, in <c>check/</c> of the repository's folder: the catalogs with what they have in all, and the names of files' objects.
/// It is worth nothing once garbage was collected, because what was deleted may come again.
/// </summary>
internal sealed class CheckMemory
{
    private const string StateName = "state.json";
    private const int HeadLength = ObjectHash.DigestLength + 1;

    private static readonly int RecordLength = HeadLength + (CatalogCounts.Names.Count * sizeof(long));

    private readonly string folder;
    private readonly CheckState state;

    private CheckMemory(string folder, CheckState state, ObjectHash root)
    {
        this.folder = folder;
        this.state = state;
        Root = root;
    }

    /// <summary>The root catalog that was the current one.</summary>
    public ObjectHash Root { get; }

    /// <summary>Reads what is known; null where that is nothing, or not enough.</summary>
    public static CheckMemory? Read(RepositoryPlaces places, bool readsData, OperationContext context)
    {
        string file = Path.Combine(places.Check, StateName);
        if (!File.Exists(file) || Parse(File.ReadAllBytes(file)) is not { } state || (readsData && !state.ReadsData)
            || !ObjectHash.TryParse(state.Root, out ObjectHash root)
            || GarbageCollection.IsUnfinished(places)
            || GarbageCollection.FindLast(places.Name, context) is { } last && last.Finished >= state.Began)
        {
            return null;
        }

        return new CheckMemory(places.Check, state, root);
    }

    /// <summary>Keeps what was found whole.</summary>
    public static void Write(
        RepositoryPlaces places, Manifest manifest, bool readsData, long began, IReadOnlyDictionary<ObjectHash, CatalogCounts> catalogs, ObjectNameSet objects)
    {
        Directory.CreateDirectory(places.Check);
        CheckState found = new()
        {
            Root = manifest.RootCatalog.ToString(),
            Revision = manifest.Revision,
            ReadsData = readsData,
            Began = began,
            Files = Guid.NewGuid().ToString("N"),
        };
        WriteCatalogs(Path.Combine(places.Check, $"catalogs-{found.Files}"), catalogs);
        SortedRun<ObjectName, NameCodec>.Write(Path.Combine(places.Check, $"objects-{found.Files}"), objects.ReadAll());
        string file = Path.Combine(places.Check, StateName);
        File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(found, CheckJson.Default.CheckState));
        File.Move(file + ".new", file, overwrite: true);
        foreach (string other in Directory.GetFiles(places.Check).Where(name => !name.EndsWith(found.Files, StringComparison.Ordinal) && name != file))
        {
            File.Delete(other);
        }
    }

    /// <summary>The catalogs that were found whole.</summary>
    public Dictionary<ObjectHash, CatalogCounts> ReadCatalogs()
    {
        Dictionary<ObjectHash, CatalogCounts> catalogs = [];
        using FileStream file = File.OpenRead(Path.Combine(folder, $"catalogs-{state.Files}"));
        byte[] record = new byte[RecordLength];
        long[] values = new long[CatalogCounts.Names.Count];
        while (file.ReadAtLeast(record, RecordLength, throwOnEndOfStream: false) == RecordLength)
        {
            for (int index = 0; index < values.Length; index++)
            {
                values[index] = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(HeadLength + (index * sizeof(long))));
            }

            catalogs[new ObjectHash((HashAlgorithm)record[ObjectHash.DigestLength], record.AsSpan(0, ObjectHash.DigestLength))] = CatalogCounts.FromArray(values);
        }

        return catalogs;
    }

    /// <summary>Adds the names of the objects that were found whole.</summary>
    public void ReadObjects(ObjectNameSet names)
    {
        foreach (ObjectName name in SortedRun<ObjectName, NameCodec>.Read(Path.Combine(folder, $"objects-{state.Files}")))
        {
            names.Add(name);
        }
    }

    private static CheckState? Parse(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, CheckJson.Default.CheckState);
        }
        catch (JsonException)
        {
            // Power was lost while it was written.
            return null;
        }
    }

    private static void WriteCatalogs(string path, IReadOnlyDictionary<ObjectHash, CatalogCounts> catalogs)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 64 * 1024);
        byte[] record = new byte[RecordLength];
        foreach ((ObjectHash hash, CatalogCounts counts) in catalogs)
        {
            hash.Bytes.CopyTo(record);
            record[ObjectHash.DigestLength] = (byte)hash.Algorithm;
            long[] values = counts.ToArray();
            for (int index = 0; index < values.Length; index++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(HeadLength + (index * sizeof(long))), values[index]);
            }

            file.Write(record);
        }
    }
}
