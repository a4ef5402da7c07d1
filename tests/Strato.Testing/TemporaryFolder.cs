using System.Text;
using Strato.Testing.Trees;

namespace Strato.Testing;

/// <summary>A folder of its own for one test, removed with all its content, whatever its names are, when the test ends.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("strato-test-").FullName;

    /// <summary>The folder's absolute path.</summary>
    public string Path { get; }

    /// <summary>The path of something in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => TreeRemoval.Remove(null, Encoding.UTF8.GetBytes(Path));
}
