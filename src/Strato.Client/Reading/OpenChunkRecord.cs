using System.Runtime.InteropServices;
using Strato.Core.Hashing;

namespace Strato.Client.Reading;

/// <summary>One chunk of an open file in the mapped file.</summary>
[StructLayout(LayoutKind.Explicit, Size = Length)]
internal struct OpenChunkRecord
{
    /// <summary>Bytes of a record.</summary>
    public const int Length = 40;

    [FieldOffset(0)]
    public long Offset;

    [FieldOffset(8)]
    public long Size;

    [FieldOffset(16)]
    public ObjectHash Hash;
}
