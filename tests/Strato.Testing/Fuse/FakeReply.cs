using System.Runtime.InteropServices;
using Strato.Posix;

namespace Strato.Testing.Fuse;

/// <summary>A message from a file system to the kernel.</summary>
/// <param name="Unique">The request's number; zero for a notification.</param>
/// <param name="Code">Zero or a negated errno; of a notification its code.</param>
/// <param name="Payload">What follows the header.</param>
public sealed record FakeReply(ulong Unique, int Code, byte[] Payload)
{
    public Errno Errno => (Errno)(-Code);

    public T As<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Payload);
}
