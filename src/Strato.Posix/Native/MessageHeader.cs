namespace Strato.Posix.Native;

/// <summary>struct msghdr of a 64-bit system.</summary>
internal unsafe struct MessageHeader
{
    public void* Name;
    public nuint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}
