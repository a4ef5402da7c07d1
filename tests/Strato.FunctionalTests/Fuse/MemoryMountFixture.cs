using Strato.Testing.Fuse;

namespace Strato.FunctionalTests.Fuse;

/// <summary>One mounted memory file system for all tests of a class that only look at it.</summary>
public sealed class MemoryMountFixture : IDisposable
{
    public MemoryMountFixture()
    {
        FuseRequirement.Device();
        Mount = MemoryMount.Start(bound: TimeSpan.FromMinutes(3));
    }

    public MemoryMount Mount { get; }

    /// <summary>The same tree as the serving process has.</summary>
    public MemoryTree Tree { get; } = MemoryTree.Create();

    public void Dispose() => Mount.Dispose();
}
