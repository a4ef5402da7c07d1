namespace Strato.Posix.Native;

/// <summary>struct cmsghdr of a 64-bit system.</summary>
internal struct ControlHeader
{
    public nuint Length;
    public int Level;
    public int Type;
}
