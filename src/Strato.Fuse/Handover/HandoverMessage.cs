using System.Runtime.InteropServices;

namespace Strato.Fuse.Handover;

/// <summary>
/// The head of each message between daemon and holder; a text may follow, a descriptor may come along. Both are on one machine: the byte order is
/// the machine's.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HandoverMessage
{
    /// <summary>"SHLD".</summary>
    public const uint ExpectedMagic = 0x444C4853;

    /// <summary>The protocol's version. A later one adds types of messages; these stay.</summary>
    public const ushort CurrentVersion = 1;

    /// <summary>Bytes of the head.</summary>
    public const int Length = 16;

    /// <summary>Bytes of the longest text.</summary>
    public const int MaxText = 1024;

    public uint Magic;

    public ushort Version;

    public HandoverMessageType Type;

    /// <summary>A <see cref="HandoverTag"/>, where a descriptor comes along.</summary>
    public uint Tag;

    public uint Number;
}
