using Strato.Storage.Fetching;

namespace Strato.Fuzz.Targets;

/// <summary>The kept signed root: what is accepted has no other form.</summary>
internal sealed class SignedRootTarget : IFuzzTarget
{
    public string Name => "signed-root";

    public IEnumerable<byte[]> Seeds => GoldenSeeds.Files(".cvmfspublished")
        .Zip(GoldenSeeds.Files(".cvmfswhitelist"), (manifest, whitelist) => new SignedRoot(manifest, whitelist, "certificate"u8.ToArray()).Format());

    public bool Run(byte[] input)
    {
        if (!SignedRoot.TryParse(input, out SignedRoot? root))
        {
            return false;
        }

        return root.Format().AsSpan().SequenceEqual(input) ? true : throw new InvalidOperationException("the root does not come back");
    }
}
