using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>Keeps a <see cref="FileDescriptor"/> from being closed during one system call; none at all means the working directory.</summary>
internal readonly ref struct DescriptorLease
{
    private readonly FileDescriptor? owner;

    public DescriptorLease(FileDescriptor? owner)
    {
        this.owner = owner;
        bool added = false;
        owner?.DangerousAddRef(ref added);
    }

    public int Value => owner?.Value ?? LibC.WorkingDirectory;

    public void Dispose() => owner?.DangerousRelease();
}
