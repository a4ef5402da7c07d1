using System.Runtime.InteropServices;

namespace Strato.Core.Native;

/// <summary>Owns an <c>EVP_MD_CTX</c>.</summary>
internal sealed class DigestContext : SafeHandle
{
    public DigestContext()
        : base(0, ownsHandle: true)
    {
        SetHandle(LibCrypto.NewDigestContext());
        if (IsInvalid)
        {
            throw new InvalidOperationException("libcrypto has no memory for a digest context");
        }
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeDigestContext(handle);
        return true;
    }
}
