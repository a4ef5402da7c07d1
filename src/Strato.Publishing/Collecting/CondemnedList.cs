using System.Buffers.Binary;
using Strato.Core.Hashing;

namespace Strato.Publishing.Collecting;

/// <summary>
/// The objects that are to be deleted, on disk: first the catalogs, so that none is there without what it needs for longer than it must be, then the rest. Names as
/// in a run (22 bytes) and the length, little-endian. One thread.
/// </summary>
internal sealed class CondemnedList(string folder) : IDisposable
{
    private const int RecordLength = ObjectHash.DigestLength + 2 + sizeof(long);

    private readonly FileStream catalogs = Create(folder, CatalogsName);
    private readonly FileStream others = Create(folder, OthersName);

    private const string CatalogsName = "condemned-catalogs";
    private const string OthersName = "condemned";

    public long Count { get; private set; }

    public long Bytes { get; private set; }

    public static void Delete(string folder)
    {
        File.Delete(Path.Combine(folder, CatalogsName));
        File.Delete(Path.Combine(folder, OthersName));
    }

    /// <summary>The objects in the order in which they are to be deleted, beginning after so many.</summary>
    public static IEnumerable<CondemnedObject> Read(string folder, long after)
    {
        byte[] record = new byte[RecordLength];
        foreach (string name in (string[])[CatalogsName, OthersName])
        {
            using FileStream file = new(Path.Combine(folder, name), FileMode.Open, FileAccess.Read);
            long skipped = Math.Min(after, file.Length / RecordLength);
            file.Position = skipped * RecordLength;
            after -= skipped;
            while (file.ReadAtLeast(record, RecordLength, throwOnEndOfStream: false) == RecordLength)
            {
                ObjectHash hash = new((HashAlgorithm)record[ObjectHash.DigestLength], record.AsSpan(0, ObjectHash.DigestLength));
                ObjectName found = new(hash, (ObjectKind)record[ObjectHash.DigestLength + 1]);
                yield return new CondemnedObject(found, BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(ObjectHash.DigestLength + 2)));
            }
        }
    }

    public void Add(in CondemnedObject condemned)
    {
        Span<byte> record = stackalloc byte[RecordLength];
        condemned.Name.Hash.Bytes.CopyTo(record);
        record[ObjectHash.DigestLength] = (byte)condemned.Name.Hash.Algorithm;
        record[ObjectHash.DigestLength + 1] = (byte)condemned.Name.Kind;
        BinaryPrimitives.WriteInt64LittleEndian(record[(ObjectHash.DigestLength + 2)..], condemned.Length);
        (condemned.Name.Kind == ObjectKind.Catalog ? catalogs : others).Write(record);
        Count++;
        Bytes += condemned.Length;
    }

    public void Dispose()
    {
        catalogs.Dispose();
        others.Dispose();
    }

    private static FileStream Create(string folder, string name) => new(Path.Combine(folder, name), FileMode.Create, FileAccess.Write);
}
