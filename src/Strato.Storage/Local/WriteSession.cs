using System.Text;
using Strato.Posix;

namespace Strato.Storage.Local;

/// <summary>
/// One writer's time between its first put and the flush that makes its objects durable. Its file in the staging area says three
/// things: while it is locked its writer lives; staged files that carry its name are that writer's; and as long as it exists, objects put
/// since then may not have reached the disk. Used under the store's own gate but for <see cref="NextStagedName"/>.
/// </summary>
internal sealed class WriteSession(FileDescriptor file, string name, IReadOnlyList<string> inherited) : IDisposable
{
    private int staged;

    /// <summary>How many writes run in this session now.</summary>
    public int Writers { get; set; }

    /// <summary>A new name in the staging area, for file systems that cannot stage without one. Thread-safe.</summary>
    public string NextStagedName() => $"{StoragePaths.Staging}/{name}.{Interlocked.Increment(ref staged)}";

    /// <summary>Removes the session's file, and those of dead writers whose objects this session's flush covered.</summary>
    public void Retire(FileDescriptor root)
    {
        foreach (string dead in inherited)
        {
            _ = PosixPath.Unlink(root, Encoding.ASCII.GetBytes($"{StoragePaths.Staging}/{dead}"));
        }

        _ = PosixPath.Unlink(root, Encoding.ASCII.GetBytes($"{StoragePaths.Staging}/{name}{StoragePaths.SessionSuffix}"));
    }

    /// <summary>Frees the lock. Unless it was retired, the file stays and tells that objects may not be durable.</summary>
    public void Dispose() => file.Dispose();
}
