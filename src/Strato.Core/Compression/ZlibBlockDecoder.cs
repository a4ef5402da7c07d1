using System.Runtime.InteropServices;
using Strato.Core.Native;

namespace Strato.Core.Compression;

/// <summary>
/// Decodes zlib objects that are wholly in memory and whose plain size a catalog states, with libdeflate where the machine
/// has it (about 2.5 times libz's speed) and libz otherwise. Reusable without allocation; one thread at a time.
/// </summary>
public sealed unsafe class ZlibBlockDecoder : IDisposable
{
    private readonly Decompressor? decompressor = LibDeflate.IsPresent ? new Decompressor() : null;
    private readonly InflateStream? fallback = LibDeflate.IsPresent ? null : new InflateStream();

    /// <summary>
    /// Decodes <paramref name="encoded"/> into <paramref name="plain"/>, whose length is the most that the object may have.
    /// Gives <see cref="DecodeStatus.Complete"/> or a failure, after which the buffer's content is of no use.
    /// </summary>
    public DecodeStatus Decode(ReadOnlySpan<byte> encoded, Span<byte> plain, out int written)
    {
        written = 0;
        if (encoded.IsEmpty)
        {
            return DecodeStatus.Truncated;
        }

        return decompressor is null ? Inflate(encoded, plain, out written) : decompressor.Run(encoded, plain, out written);
    }

    public void Dispose()
    {
        decompressor?.Dispose();
        fallback?.Dispose();
    }

    private DecodeStatus Inflate(ReadOnlySpan<byte> encoded, Span<byte> plain, out int written)
    {
        fallback!.Reset();
        ZStream* state = fallback.State;

        // An object that fills the buffer still has its checksum to be read: zlib does so with no room left.
        byte empty = 0;
        fixed (byte* input = encoded)
        fixed (byte* target = plain)
        {
            state->NextIn = input;
            state->AvailableIn = (uint)encoded.Length;
            state->NextOut = plain.IsEmpty ? &empty : target;
            state->AvailableOut = (uint)plain.Length;
            int result = LibZ.Inflate(state, LibZ.Finish);
            written = plain.Length - (int)state->AvailableOut;
            return result switch
            {
                LibZ.StreamEnd => state->AvailableIn > 0 ? DecodeStatus.TrailingBytes : DecodeStatus.Complete,
                LibZ.Ok or LibZ.BufferError => state->AvailableIn > 0 ? DecodeStatus.TooLarge : DecodeStatus.Truncated,
                _ => DecodeStatus.Corrupt,
            };
        }
    }

    private sealed class Decompressor : SafeHandle
    {
        public Decompressor()
            : base(0, ownsHandle: true)
        {
            SetHandle(LibDeflate.AllocateDecompressor());
            if (IsInvalid)
            {
                throw new InvalidOperationException("libdeflate has no memory for a decompressor");
            }
        }

        public override bool IsInvalid => handle == 0;

        public DecodeStatus Run(ReadOnlySpan<byte> encoded, Span<byte> plain, out int written)
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            nuint consumed = 0;
            nuint produced = 0;
            byte empty = 0;
            int result;
            fixed (byte* input = encoded)
            fixed (byte* target = plain)
            {
                result = LibDeflate.Decompress(
                    handle, input, (nuint)encoded.Length, plain.IsEmpty ? &empty : target, (nuint)plain.Length, &consumed, &produced);
            }

            written = result == LibDeflate.Success ? (int)produced : 0;
            return result switch
            {
                LibDeflate.Success => consumed == (nuint)encoded.Length ? DecodeStatus.Complete : DecodeStatus.TrailingBytes,
                LibDeflate.InsufficientSpace => DecodeStatus.TooLarge,
                _ => DecodeStatus.Corrupt,
            };
        }

        protected override bool ReleaseHandle()
        {
            LibDeflate.FreeDecompressor(handle);
            return true;
        }
    }
}
