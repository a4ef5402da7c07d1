using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Strato.Core.Native;

namespace Strato.Core.Signing;

/// <summary>
/// An RSA key for raw PKCS#1 type-1 blocks: what is signed is padded and exponentiated as it is. Whitelists sign a hash's text
/// this way; .NET only signs digests. Safe to use from several threads.
/// </summary>
/// <remarks>
/// Manifests' signatures go this way too, with the DigestInfo of SHA-1 built here: distributions that forbid SHA-1 in
/// signatures (Enterprise Linux 9) would otherwise refuse the format's manifests.
/// </remarks>
internal sealed unsafe class RsaKey : SafeHandle
{
    private const int MaxBits = 16384;

    private RsaKey(nint key, int length)
        : base(0, ownsHandle: true)
    {
        SetHandle(key);
        SignatureLength = length;
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The modulus's length in bytes.</summary>
    public int SignatureLength { get; }

    /// <summary>Reads a PEM public key (SubjectPublicKeyInfo or PKCS#1).</summary>
    public static RsaKey? TryReadPublic(ReadOnlySpan<byte> pem)
    {
        using RSA? rsa = Import(pem);
        return rsa is null ? null : FromPublic(rsa);
    }

    public static RsaKey? FromPublic(RSA rsa) => Load(rsa.ExportSubjectPublicKeyInfo(), rsa.KeySize, isPrivate: false);

    /// <summary>Takes over an RSA private key.</summary>
    public static RsaKey? FromPrivate(RSA rsa)
    {
        byte[] der = rsa.ExportPkcs8PrivateKey();
        try
        {
            return Load(der, rsa.KeySize, isPrivate: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <summary>Reads any unencrypted PEM form of an RSA key; null where it is none.</summary>
    public static RSA? Import(ReadOnlySpan<byte> pem)
    {
        RSA rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(Encoding.Latin1.GetString(pem));
            if (rsa.KeySize <= MaxBits)
            {
                return rsa;
            }
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            // Not a key: said by the null.
        }

        rsa.Dispose();
        return null;
    }

    /// <summary>The type-1 block of <paramref name="message"/>, encrypted with the private key.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        using KeyContext context = new(this);
        byte[] signature = new byte[SignatureLength];
        nuint length = (nuint)signature.Length;
        fixed (byte* input = message)
        fixed (byte* output = signature)
        {
            if (LibCrypto.SignInit(context.Pointer) != 1 || LibCrypto.Sign(context.Pointer, output, &length, input, (nuint)message.Length) != 1)
            {
                LibCrypto.ClearErrors();
                throw new InvalidOperationException($"libcrypto failed to sign {message.Length} bytes");
            }
        }

        return signature[..(int)length];
    }

    /// <summary>What <see cref="Sign"/> was given; null where this key's private half did not make the signature.</summary>
    public byte[]? TryRecover(ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength)
        {
            return null;
        }

        using KeyContext context = new(this);
        byte[] message = new byte[SignatureLength];
        nuint length = (nuint)message.Length;
        fixed (byte* input = signature)
        fixed (byte* output = message)
        {
            if (LibCrypto.RecoverInit(context.Pointer) != 1 || LibCrypto.Recover(context.Pointer, output, &length, input, (nuint)signature.Length) != 1)
            {
                LibCrypto.ClearErrors();
                return null;
            }
        }

        return message[..(int)length];
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeKey(handle);
        return true;
    }

    private static RsaKey? Load(byte[] der, int bits, bool isPrivate)
    {
        fixed (byte* start = der)
        {
            byte* position = start;
            nint key = isPrivate ? LibCrypto.ReadPrivateKey(0, &position, der.Length) : LibCrypto.ReadPublicKey(0, &position, der.Length);
            if (key == 0)
            {
                LibCrypto.ClearErrors();
                return null;
            }

            return new RsaKey(key, (bits + 7) / 8);
        }
    }

    /// <summary>An operation's state. It keeps the key alive; PKCS#1 padding without a digest is the default for RSA.</summary>
    private readonly ref struct KeyContext
    {
        private readonly RsaKey key;

        public KeyContext(RsaKey key)
        {
            bool isHeld = false;
            key.DangerousAddRef(ref isHeld);
            this.key = key;
            Pointer = LibCrypto.NewKeyContext(key.handle, 0);
        }

        public nint Pointer { get; }

        public void Dispose()
        {
            LibCrypto.FreeKeyContext(Pointer);
            key.DangerousRelease();
        }
    }
}
