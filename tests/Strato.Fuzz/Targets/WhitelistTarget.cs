using Strato.Core.Signing;

namespace Strato.Fuzz.Targets;

/// <summary>Whitelists.</summary>
internal sealed class WhitelistTarget : IFuzzTarget
{
    public string Name => "whitelist";

    public IEnumerable<byte[]> Seeds => GoldenSeeds.Files(".cvmfswhitelist");

    public bool Run(byte[] input)
    {
        if (!Whitelist.TryParse(input, out Whitelist? whitelist, out _))
        {
            return false;
        }

        _ = whitelist.IsExpired(DateTimeOffset.UnixEpoch);
        return Whitelist.TryParse(whitelist.ToBytes(), out Whitelist? again, out string? problem)
            ? again.Fingerprints.SequenceEqual(whitelist.Fingerprints) && again.Expires == whitelist.Expires
            : throw new InvalidOperationException($"the whitelist does not come back: {problem}");
    }
}
