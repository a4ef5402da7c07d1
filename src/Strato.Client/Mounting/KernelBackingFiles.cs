using Strato.Client.Reading;
using Strato.Fuse;
using Strato.Posix;

namespace Strato.Client.Mounting;

/// <summary>The table of a connection that agreed on passthrough.</summary>
internal sealed class KernelBackingFiles(FuseConnection connection) : IBackingFiles
{
    public Errno Open(int descriptor, out int backingId) => connection.OpenBacking(descriptor, out backingId);

    public Errno Close(int backingId) => connection.CloseBacking(backingId);
}
