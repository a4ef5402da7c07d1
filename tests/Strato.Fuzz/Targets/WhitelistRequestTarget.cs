using Strato.Core.Hashing;
using Strato.Core.Signing;

namespace Strato.Fuzz.Targets;

/// <summary>Requests to sign a whitelist, which whoever has the master key reads.</summary>
internal sealed class WhitelistRequestTarget : IFuzzTarget
{
    public string Name => "whitelist-request";

    public IEnumerable<byte[]> Seeds
    {
        get
        {
            using RepositoryKeys keys = RepositoryKeys.Generate("seed.example.org", DateTimeOffset.UnixEpoch.AddYears(50), master: null);
            yield return new WhitelistRequest { Repository = "seed.example.org", Hash = HashAlgorithm.Sha1, Days = 30, Certificates = [keys.Certificate] }.ToBytes();
        }
    }

    public bool Run(byte[] input)
    {
        if (!WhitelistRequest.TryParse(input, out WhitelistRequest? request, out _))
        {
            return false;
        }

        return WhitelistRequest.TryParse(request.ToBytes(), out WhitelistRequest? again, out string? problem)
            ? again.Days == request.Days && again.Certificates.Count == request.Certificates.Count
            : throw new InvalidOperationException($"the request does not come back: {problem}");
    }
}
