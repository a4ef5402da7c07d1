using System.Runtime.InteropServices;

namespace Strato.Client.Nodes;

/// <summary>
/// Where things lie in the mapped file: a header page, the records, the names. The file is sparse and its length fixed, so
/// nothing ever moves and no reader has to wait for growth. Another layout gets another <see cref="Version"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NodeLayout
{
    /// <summary>"STRATOND" in little-endian bytes.</summary>
    public const ulong ExpectedMagic = 0x444E4F5441525453;

    public const uint Version = 1;

    /// <summary>The most nodes a table holds.</summary>
    public const uint MaxNodes = 1u << 26;

    public const long RecordsOffset = 4096;

    public const long NamesOffset = RecordsOffset + ((long)MaxNodes * NodeRecord.Length);

    public const long NamesLength = 8L << 30;

    public const long FileLength = NamesOffset + NamesLength;

    public ulong Magic;

    public uint LayoutVersion;

    public uint RecordLength;

    /// <summary>Slots from 0 up to this one, exclusive, have been used at some time.</summary>
    public uint UsedSlots;
}
