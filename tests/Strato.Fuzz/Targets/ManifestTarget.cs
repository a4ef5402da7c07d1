using Strato.Core.Manifests;

namespace Strato.Fuzz.Targets;

/// <summary>Manifests: what is accepted must come back from its own text.</summary>
internal sealed class ManifestTarget : IFuzzTarget
{
    public string Name => "manifest";

    public IEnumerable<byte[]> Seeds => GoldenSeeds.Files(".cvmfspublished");

    public bool Run(byte[] input)
    {
        if (!Manifest.TryParse(input, out Manifest? manifest, out _))
        {
            return false;
        }

        byte[] text = manifest.ToBytes();
        return text.Length > Manifest.MaxLength || Manifest.Parse(text).ToBytes().AsSpan().SequenceEqual(text)
            ? true
            : throw new InvalidOperationException("the manifest does not come back");
    }
}
