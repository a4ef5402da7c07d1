using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Testing.Golden;

namespace Strato.Fuzz.Targets;

/// <summary>
/// The whole signed root: the first byte says which of manifest, whitelist and certificate the rest replaces. Only the genuine
/// bytes may be trusted.
/// </summary>
internal sealed class TrustChainTarget : IFuzzTarget, IDisposable
{
    private const int Parts = 3;

    private readonly MasterPublicKey key;
    private readonly TrustRequest genuine;

    public TrustChainTarget()
    {
        GoldenRepository golden = GoldenRepository.Sha1;
        byte[] manifest = File.ReadAllBytes(Path.Combine(golden.Storage, ".cvmfspublished"));
        key = MasterPublicKey.Load(golden.PublicKey).Single();
        genuine = new TrustRequest
        {
            Manifest = manifest,
            Whitelist = File.ReadAllBytes(Path.Combine(golden.Storage, ".cvmfswhitelist")),
            CertificateObject = golden.ReadStored(new ObjectName(Manifest.Parse(manifest).Certificate!.Value, ObjectKind.Certificate)),
            MasterKeys = [key],
            RepositoryName = golden.Name,
            Now = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };
    }

    public string Name => "trust-chain";

    public IEnumerable<byte[]> Seeds => [[0, .. genuine.Manifest.Span], [1, .. genuine.Whitelist.Span], [2, .. genuine.CertificateObject.Span]];

    public bool Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return false;
        }

        ReadOnlyMemory<byte> rest = input.AsMemory(1);
        TrustRequest request = (input[0] % Parts) switch
        {
            0 => genuine with { Manifest = rest },
            1 => genuine with { Whitelist = rest },
            _ => genuine with { CertificateObject = rest },
        };
        if (!TrustChain.TryVerify(request, out _, out TrustFailure? failure))
        {
            return failure.Reason is TrustFailureReason.ManifestSignatureInvalid or TrustFailureReason.WhitelistSignatureInvalid;
        }

        bool isGenuine = rest.Span.SequenceEqual(genuine.Manifest.Span) || rest.Span.SequenceEqual(genuine.Whitelist.Span)
            || rest.Span.SequenceEqual(genuine.CertificateObject.Span);
        return isGenuine ? true : throw new InvalidOperationException("a forgery is trusted");
    }

    public void Dispose() => key.Dispose();
}
