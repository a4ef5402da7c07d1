using Strato.Core.Native;

namespace Strato.Core.Hashing;

/// <summary>
/// Hashes a stream of bytes with one of the format's algorithms. Reusable: <see cref="Finish"/> makes it ready for the next
/// object without an allocation. One thread at a time.
/// </summary>
/// <remarks>
/// All three go through libcrypto's EVP interface: RIPEMD-160 is not in the BCL, and a context that keeps its algorithm
/// between objects spares OpenSSL 3 the locked provider look-up that every fresh initialisation pays.
/// </remarks>
public sealed unsafe class ContentHasher : IDisposable
{
    private readonly DigestContext context;

    /// <summary>Makes a hasher that is ready for its first object.</summary>
    /// <exception cref="StratoException">The machine's libcrypto does not have the algorithm.</exception>
    public ContentHasher(HashAlgorithm algorithm)
    {
        Algorithm = algorithm;
        nint digest = algorithm switch
        {
            HashAlgorithm.Sha1 => LibCrypto.Sha1(),
            HashAlgorithm.Rmd160 => LibCrypto.Ripemd160(),
            HashAlgorithm.Shake128 => LibCrypto.Shake128(),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not a hash algorithm of the format"),
        };
        context = new DigestContext();
        if (LibCrypto.DigestInit(context, digest, 0) != 1)
        {
            context.Dispose();
            LibCrypto.ClearErrors();
            throw new StratoException(
                $"cannot hash with {algorithm}: this machine's OpenSSL has it switched off; enable OpenSSL's default provider for it");
        }
    }

    public HashAlgorithm Algorithm { get; }

    /// <summary>The hash of <paramref name="data"/> alone.</summary>
    public static ObjectHash Hash(HashAlgorithm algorithm, ReadOnlySpan<byte> data)
    {
        using ContentHasher hasher = new(algorithm);
        hasher.Append(data);
        return hasher.Finish();
    }

    /// <summary>Adds bytes to the current object.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            Require(LibCrypto.DigestUpdate(context, start, (nuint)data.Length));
        }
    }

    /// <summary>The hash of everything appended since the last call; the next object starts empty.</summary>
    public ObjectHash Finish()
    {
        byte* digest = stackalloc byte[ObjectHash.DigestLength];
        Require(Algorithm == HashAlgorithm.Shake128
            ? LibCrypto.DigestFinalXof(context, digest, ObjectHash.DigestLength)
            : LibCrypto.DigestFinal(context, digest, null));
        Reset();
        return new ObjectHash(Algorithm, new ReadOnlySpan<byte>(digest, ObjectHash.DigestLength));
    }

    /// <summary>Drops what was appended.</summary>
    public void Reset() => Require(LibCrypto.DigestInit(context, 0, 0));

    public void Dispose() => context.Dispose();

    private void Require(int result)
    {
        if (result != 1)
        {
            throw new InvalidOperationException($"libcrypto failed while hashing with {Algorithm}");
        }
    }
}
