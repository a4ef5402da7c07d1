using System.Buffers.Binary;
using Strato.Publishing.Traversal;

namespace Strato.Publishing.Statistics;

/// <summary>A record of the ledger in a run: a name, its plain size and its place, 34 bytes, ordered by name and then by place.</summary>
internal readonly struct LedgerCodec : IRunCodec<LedgerRecord>
{
    public static int Length => NameCodec.Length + sizeof(long) + sizeof(uint);

    public static IComparer<LedgerRecord> Order { get; } = Comparer<LedgerRecord>.Create(Compare);

    public static void Write(in LedgerRecord record, Span<byte> target)
    {
        NameCodec.Write(record.Name, target);
        BinaryPrimitives.WriteInt64LittleEndian(target[NameCodec.Length..], record.Size);
        BinaryPrimitives.WriteUInt32LittleEndian(target[(NameCodec.Length + sizeof(long))..], record.Place);
    }

    public static LedgerRecord Read(ReadOnlySpan<byte> source) => new(
        NameCodec.Read(source),
        BinaryPrimitives.ReadInt64LittleEndian(source[NameCodec.Length..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[(NameCodec.Length + sizeof(long))..]));

    private static int Compare(LedgerRecord left, LedgerRecord right)
    {
        int order = NameOrder.Instance.Compare(left.Name, right.Name);
        order = order != 0 ? order : left.Place.CompareTo(right.Place);
        return order != 0 ? order : left.Size.CompareTo(right.Size);
    }
}
