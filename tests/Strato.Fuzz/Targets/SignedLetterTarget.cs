using Strato.Core.Signing;

namespace Strato.Fuzz.Targets;

/// <summary>The envelope of manifests and whitelists.</summary>
internal sealed class SignedLetterTarget : IFuzzTarget
{
    public string Name => "signed-letter";

    public IEnumerable<byte[]> Seeds => GoldenSeeds.Files(".cvmfspublished").Concat(GoldenSeeds.Files(".cvmfswhitelist"));

    public bool Run(byte[] input)
    {
        if (!SignedLetter.TryParse(input, out SignedLetter? letter))
        {
            return false;
        }

        // Mutations rarely hit upon a right hash, so whatever parses is kept.
        _ = letter.HashIsRight();
        return true;
    }
}
