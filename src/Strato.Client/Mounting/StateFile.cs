using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strato.Fuse;
using Strato.Posix;

namespace Strato.Client.Mounting;

/// <summary>
/// A memory file with what a successor process needs besides nodes and open files: what INIT agreed, and the attachments as JSON. Read and written
/// at fixed places; a change of the attachments counts with the one word that is written last. Safe on all threads.
/// </summary>
/// <remarks>
/// Little-endian: 0 magic, 8 version, 12 whether the negotiation is set, 16 the negotiation, 64 which text counts, 68 and 72 the lengths of
/// the two, 76 how often it was taken over; from 4096 on the texts.
/// </remarks>
internal sealed class StateFile : IDisposable
{
    /// <summary>The longest text: 65,535 attachments with some settings each.</summary>
    public const int MaxText = 64 << 20;

    // "STRATOST" in little-endian bytes.
    private const ulong Magic = 0x54534F5441525453;
    private const uint Version = 1;
    private const int NegotiationSetOffset = 12;
    private const int NegotiationOffset = 16;
    private const int ActiveOffset = 64;
    private const int LengthsOffset = 68;
    private const int AdoptionsOffset = 76;
    private const long TextsOffset = 4096;
    private const int HeaderLength = 128;

    private readonly Lock gate = new();
    private uint active;

    private StateFile(FileDescriptor file) => File = file;

    /// <summary>The memory file, for whoever keeps it beyond this process. It stays this object's to close.</summary>
    public FileDescriptor File { get; }

    /// <summary>What INIT agreed; null before it has.</summary>
    public FuseNegotiation? Negotiation { get; private set; }

    /// <summary>How many processes have taken the state over, this one included.</summary>
    public uint Adoptions { get; private set; }

    /// <summary>The attachments, as <see cref="SaveAttachments"/> got them last; empty for none.</summary>
    public byte[] Attachments { get; private set; } = [];

    public static StateFile Create()
    {
        MemoryFile.Create("strato-state"u8, out FileDescriptor? file).ThrowIfFailed("make the memory file of the mount's state");
        byte[] header = new byte[HeaderLength];
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Version);
        PosixFile.WriteAllAt(file!, header, 0).ThrowIfFailed("write the mount's state");
        return new StateFile(file!);
    }

    /// <summary>Takes over what another process left, and the descriptor. Null where the file is no such state.</summary>
    public static StateFile? Adopt(FileDescriptor file)
    {
        StateFile state = new(file);
        if (state.TryRead())
        {
            state.Adoptions++;
            state.WriteWord(state.Adoptions, AdoptionsOffset);
            return state;
        }

        file.Dispose();
        return null;
    }

    /// <summary>Notes what INIT agreed.</summary>
    public void SetNegotiation(in FuseNegotiation negotiated)
    {
        FuseNegotiation copy = negotiated;
        Write(MemoryMarshal.AsBytes(new ReadOnlySpan<FuseNegotiation>(in copy)), NegotiationOffset);
        Write([1, 0, 0, 0], NegotiationSetOffset);
        Negotiation = copy;
    }

    /// <summary>
    /// Notes the attachments in place of those before. Throws <see cref="PosixException"/> where they are too many.
    /// </summary>
    /// <param name="serialize">Gives them as they are now: one caller at a time, so that an older state never replaces a newer one.</param>
    public void SaveAttachments(Func<byte[]> serialize)
    {
        lock (gate)
        {
            byte[] text = serialize();
            (text.Length > MaxText ? Errno.E2BIG : Errno.None).ThrowIfFailed("note the attachments");
            uint next = 1 - active;
            Write(text, TextsOffset + ((long)next * MaxText));
            WriteWord((uint)text.Length, LengthsOffset + (int)(next * sizeof(uint)));
            WriteWord(next, ActiveOffset);
            active = next;
            Attachments = text;
        }
    }

    public void Dispose() => File.Dispose();

    private bool TryRead()
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (PosixFile.ReadFullyAt(File, header, 0, out int count) != Errno.None || count != HeaderLength
            || BinaryPrimitives.ReadUInt64LittleEndian(header) != Magic || BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) != Version)
        {
            return false;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header[NegotiationSetOffset..]) == 1)
        {
            Negotiation = Unsafe.ReadUnaligned<FuseNegotiation>(ref header[NegotiationOffset]);
        }

        active = BinaryPrimitives.ReadUInt32LittleEndian(header[ActiveOffset..]);
        if (active > 1)
        {
            return false;
        }

        Adoptions = BinaryPrimitives.ReadUInt32LittleEndian(header[AdoptionsOffset..]);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header[(LengthsOffset + (int)(active * sizeof(uint)))..]);
        if (length > MaxText)
        {
            return false;
        }

        byte[] text = new byte[length];
        Attachments = text;
        return PosixFile.ReadFullyAt(File, text, TextsOffset + ((long)active * MaxText), out count) == Errno.None && count == length;
    }

    private void WriteWord(uint value, int offset)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, value);
        Write(word, offset);
    }

    private void Write(ReadOnlySpan<byte> bytes, long offset) => PosixFile.WriteAllAt(File, bytes, offset).ThrowIfFailed("write the mount's state");
}
