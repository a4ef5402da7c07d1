namespace Strato.Posix.Native;

/// <summary>struct iovec.</summary>
internal unsafe struct IoVector
{
    public void* Base;
    public nuint Length;
}
