using System.Runtime.InteropServices;

namespace Strato.Posix.Native;

/// <summary>A null-terminated array of C strings, as argv and environ are.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    public NativeStrings(IEnumerable<byte[]> strings)
    {
        byte[][] all = [.. strings];
        nuint pointers = (nuint)((all.Length + 1) * sizeof(byte*));
        nuint size = pointers + (nuint)all.Sum(text => (long)text.Length + 1);
        Vector = (byte**)NativeMemory.AllocZeroed(size);
        byte* next = (byte*)Vector + pointers;
        for (int i = 0; i < all.Length; i++)
        {
            Vector[i] = next;
            all[i].CopyTo(new Span<byte>(next, all[i].Length));
            next += all[i].Length + 1;
        }
    }

    public byte** Vector { get; private set; }

    public void Dispose()
    {
        NativeMemory.Free(Vector);
        Vector = null;
    }
}
