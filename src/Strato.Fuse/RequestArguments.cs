using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strato.Fuse;

/// <summary>Takes the arguments of a request apart; whatever is too short or not ended makes <see cref="IsMalformed"/>.</summary>
internal ref struct RequestArguments
{
    private ReadOnlySpan<byte> rest;

    public RequestArguments(ReadOnlySpan<byte> body) => rest = body;

    /// <summary>True once something was asked for that the request does not hold.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The next structure, in place; of a request that is too short, zeros.</summary>
    public ref readonly T Take<T>()
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        if (rest.Length < size)
        {
            IsMalformed = true;
            return ref Empty<T>.Value;
        }

        ref readonly T value = ref MemoryMarshal.AsRef<T>(rest[..size]);
        rest = rest[size..];
        return ref value;
    }

    /// <summary>The next name, without the NUL that ends it.</summary>
    public ReadOnlySpan<byte> TakeName()
    {
        int end = rest.IndexOf((byte)0);
        if (end < 0)
        {
            IsMalformed = true;
            return default;
        }

        ReadOnlySpan<byte> name = rest[..end];
        rest = rest[(end + 1)..];
        return name;
    }

    /// <summary>The next <paramref name="count"/> structures, in place.</summary>
    public ReadOnlySpan<T> TakeMany<T>(uint count)
        where T : unmanaged
    {
        if (count > (uint)(rest.Length / Unsafe.SizeOf<T>()))
        {
            IsMalformed = true;
            return default;
        }

        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(rest)[..(int)count];
        rest = rest[(values.Length * Unsafe.SizeOf<T>())..];
        return values;
    }

    private static class Empty<T>
        where T : unmanaged
    {
        public static readonly T Value;
    }
}
