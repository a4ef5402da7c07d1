using System.Security.Cryptography;
using System.Text;
using Strato.Core.Signing;
using Strato.Testing.Golden;
using HashAlgorithm = Strato.Core.Hashing.HashAlgorithm;

namespace Strato.Fuzz.Targets;

/// <summary>Certificates: inputs are DER bytes, which are put into PEM, and PEM texts.</summary>
internal sealed class CertificateTarget : IFuzzTarget
{
    public string Name => "certificate";

    public IEnumerable<byte[]> Seeds => GoldenRepository.All.SelectMany(golden =>
    {
        byte[] pem = File.ReadAllBytes(golden.Key("crt"));
        string text = Encoding.ASCII.GetString(pem);
        return new[] { pem, Convert.FromBase64String(text[PemEncoding.Find(text).Base64Data]) };
    });

    public bool Run(byte[] input)
    {
        byte[] pem = input.AsSpan().StartsWith("-"u8) ? input : Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", input));
        if (!SigningCertificate.TryParse(pem, out SigningCertificate? certificate))
        {
            return false;
        }

        _ = certificate.FingerprintOf(HashAlgorithm.Shake128);
        return certificate.Verifies("text"u8, new byte[256]) ? throw new InvalidOperationException("zeros are no signature") : true;
    }
}
