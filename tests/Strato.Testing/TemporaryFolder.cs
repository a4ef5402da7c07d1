using System.Text;
using Strato.Testing.Processes;
using Strato.Testing.Trees;

namespace Strato.Testing;

/// <summary>A folder of its own for one test, removed with all its content, whatever its names are, when the test ends.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private const string MemoryFileSystem = "/dev/shm";

    /// <summary>Makes the folder.</summary>
    /// <param name="inMemory">Whether it lies in memory, where the machine has such a file system: for tests that sync more than a disk
    /// likes.</param>
    public TemporaryFolder(bool inMemory = false)
    {
        if (inMemory && Directory.Exists(MemoryFileSystem))
        {
            Path = System.IO.Path.Combine(MemoryFileSystem, "strato-test-" + Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(Path);
        }
        else
        {
            Path = Directory.CreateTempSubdirectory("strato-test-").FullName;
        }

        Leftovers.Remember(this);
    }

    /// <summary>The folder's absolute path.</summary>
    public string Path { get; }

    /// <summary>The path of something in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        TreeRemoval.Remove(null, Encoding.UTF8.GetBytes(Path));
        Leftovers.Forget(this);
    }
}
