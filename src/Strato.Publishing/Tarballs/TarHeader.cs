using System.Runtime.InteropServices;

namespace Strato.Publishing.Tarballs;

/// <summary>The fields of one 512-byte header block (POSIX ustar, and GNU's variant of it), in place.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly ref struct TarHeader
{
    private readonly ReadOnlySpan<byte> block;

    public TarHeader(ReadOnlySpan<byte> block) => this.block = block;

    public bool IsZero => !block.ContainsAnyExcept((byte)0);

    public byte Type => block[156];

    public ReadOnlySpan<byte> LinkTarget => Text(157, 100);

    /// <summary>GNU's old magic: what follows the owner's names is not a name prefix.</summary>
    public bool IsOldGnu => block.Slice(257, 8).SequenceEqual("ustar  \0"u8);

    private bool IsUstar => block.Slice(257, 6).SequenceEqual("ustar\0"u8);

    /// <summary>The name, with the ustar prefix in front.</summary>
    public byte[] Name
    {
        get
        {
            ReadOnlySpan<byte> name = Text(0, 100);
            ReadOnlySpan<byte> prefix = IsUstar ? Text(345, 155) : default;
            return prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name];
        }
    }

    /// <summary>True where the block's checksum is right, summed as unsigned or, as some old archivers did, signed bytes.</summary>
    public bool IsChecksumRight
    {
        get
        {
            long unsignedSum = 0;
            long signedSum = 0;
            for (int index = 0; index < TarInput.BlockLength; index++)
            {
                byte value = index is >= 148 and < 156 ? (byte)' ' : block[index];
                unsignedSum += value;
                signedSum += (sbyte)value;
            }

            return TarNumber.TryParse(block.Slice(148, 8), out long stored) && (stored == unsignedSum || stored == signedSum);
        }
    }

    public bool TryMode(out long mode) => TarNumber.TryParse(block.Slice(100, 8), out mode);

    public bool TryOwner(out long uid, out long gid)
    {
        gid = 0;
        return TarNumber.TryParse(block.Slice(108, 8), out uid) && TarNumber.TryParse(block.Slice(116, 8), out gid);
    }

    public bool TrySize(out long size) => TarNumber.TryParse(block.Slice(124, 12), out size) && size >= 0;

    public bool TryMtime(out long seconds) => TarNumber.TryParse(block.Slice(136, 12), out seconds);

    /// <summary>Device numbers; 0 in headers older than ustar.</summary>
    public bool TryDevice(out long major, out long minor)
    {
        major = 0;
        minor = 0;
        return (!IsUstar && !IsOldGnu)
            || (TarNumber.TryParse(block.Slice(329, 8), out major) && TarNumber.TryParse(block.Slice(337, 8), out minor));
    }

    /// <summary>The size with holes of an old GNU sparse file.</summary>
    public bool TrySparseSize(out long size) => TarNumber.TryParse(block.Slice(483, 12), out size) && size >= 0;

    /// <summary>The four sparse regions in an old GNU header, and whether a block with more follows.</summary>
    public ReadOnlySpan<byte> SparseRegions => block.Slice(386, 4 * 24);

    public bool HasMoreSparseRegions => block[482] != 0;

    private ReadOnlySpan<byte> Text(int offset, int length)
    {
        ReadOnlySpan<byte> field = block.Slice(offset, length);
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }
}
