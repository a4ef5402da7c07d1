using System.Runtime.InteropServices;

namespace Strato.Core.Native;

/// <summary>OpenSSL's libcrypto, 3 or 1.1: the message digests and the raw RSA operations that .NET does not offer.</summary>
internal static unsafe partial class LibCrypto
{
    static LibCrypto() => NativeLibraries.Register();

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_MD_CTX_new")]
    public static partial nint NewDigestContext();

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_MD_CTX_free")]
    public static partial void FreeDigestContext(nint context);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_sha1")]
    public static partial nint Sha1();

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_ripemd160")]
    public static partial nint Ripemd160();

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_shake128")]
    public static partial nint Shake128();

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_DigestInit_ex")]
    public static partial int DigestInit(DigestContext context, nint algorithm, nint engine);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_DigestUpdate")]
    public static partial int DigestUpdate(DigestContext context, byte* data, nuint length);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_DigestFinal_ex")]
    public static partial int DigestFinal(DigestContext context, byte* digest, uint* length);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_DigestFinalXOF")]
    public static partial int DigestFinalXof(DigestContext context, byte* digest, nuint length);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "d2i_AutoPrivateKey")]
    public static partial nint ReadPrivateKey(nint reuse, byte** der, nint length);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "d2i_PUBKEY")]
    public static partial nint ReadPublicKey(nint reuse, byte** der, nint length);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_PKEY_free")]
    public static partial void FreeKey(nint key);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_PKEY_CTX_new")]
    public static partial nint NewKeyContext(nint key, nint engine);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_PKEY_CTX_free")]
    public static partial void FreeKeyContext(nint context);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_PKEY_sign_init")]
    public static partial int SignInit(nint context);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_PKEY_sign")]
    public static partial int Sign(nint context, byte* signature, nuint* signatureLength, byte* message, nuint messageLength);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_PKEY_verify_recover_init")]
    public static partial int RecoverInit(nint context);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "EVP_PKEY_verify_recover")]
    public static partial int Recover(nint context, byte* message, nuint* messageLength, byte* signature, nuint signatureLength);

    [LibraryImport(NativeLibraries.Crypto, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();
}
