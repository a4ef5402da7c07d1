using Strato.Core;

namespace Strato.Publishing.Tarballs;

/// <summary>
/// Finds out how an entry's content is stored: plain, or with the holes of a sparse file left out, in GNU's old format (type S) or one of the
/// three that pax headers have (0.0, 0.1, 1.0).
/// </summary>
internal sealed class SparseFormats(TarInput input)
{
    private readonly byte[] block = new byte[TarInput.BlockLength];

    /// <summary>Reads the map of a sparse file, where it is one, and returns the content that comes next.</summary>
    /// <param name="header">The entry's header.</param>
    /// <param name="records">The pax records that count for it.</param>
    /// <param name="stored">The bytes that the archive has of it, a map before the content included.</param>
    /// <param name="name">The entry's name, for messages.</param>
    public TarContent Open(TarHeader header, PaxRecords records, long stored, byte[] name)
    {
        if (header.Type == 'S')
        {
            bool known = header.TrySparseSize(out long size);
            SparseMap map = ReadOldSparseMap(header, name);
            return MakeSparse(known ? size : -1, stored, map, name);
        }

        if (!records.TryNumber("GNU.sparse.realsize", out long? real) || !records.TryNumber("GNU.sparse.size", out long? oldReal)
            || !records.TryNumber("GNU.sparse.major", out long? major))
        {
            throw BadSparse(name);
        }

        if (major >= 1)
        {
            long before = input.Position;
            SparseMap map = ReadSparseMapBlocks(name, stored);
            return MakeSparse(real ?? -1, stored - (input.Position - before), map, name);
        }

        if (records.Value("GNU.sparse.map") is { } text)
        {
            return MakeSparse(oldReal ?? real ?? -1, stored, SparseMap.TryParse(text) ?? throw BadSparse(name), name);
        }

        return records.SparsePairs.Count > 0
            ? MakeSparse(oldReal ?? real ?? -1, stored, SparseMap.TryMake(records.SparsePairs) ?? throw BadSparse(name), name)
            : TarContent.Plain(stored);
    }

    private TarContent MakeSparse(long size, long stored, SparseMap map, byte[] name) =>
        size >= map.End && stored == map.StoredLength ? TarContent.Sparse(size, map) : throw BadSparse(name);

    private SparseMap ReadOldSparseMap(TarHeader header, byte[] name)
    {
        SparseMap map = new();
        AddRegions(map, header.SparseRegions, name);
        bool more = header.HasMoreSparseRegions;
        while (more)
        {
            input.ReadExactly(block);
            AddRegions(map, block.AsSpan(0, 21 * 24), name);
            more = block[504] != 0;
        }

        return map;
    }

    private void AddRegions(SparseMap map, ReadOnlySpan<byte> fields, byte[] name)
    {
        for (; !fields.IsEmpty && fields[0] != 0; fields = fields[24..])
        {
            if (!TarNumber.TryParse(fields[..12], out long offset) || !TarNumber.TryParse(fields[12..24], out long length)
                || !map.TryAdd(offset, length))
            {
                throw BadSparse(name);
            }
        }
    }

    // pax format 1.0: the map stands before the content as lines of decimal numbers, padded to a block: their count, then pairs.
    private SparseMap ReadSparseMapBlocks(byte[] name, long stored)
    {
        long end = input.Position + stored;
        SparseMap map = new();
        int used = TarInput.BlockLength;
        long count = ReadLine(ref used, end, name);
        if (count > TarLimits.SparseRegions)
        {
            throw BadSparse(name);
        }

        for (; count > 0; count--)
        {
            long offset = ReadLine(ref used, end, name);
            if (!map.TryAdd(offset, ReadLine(ref used, end, name)))
            {
                throw BadSparse(name);
            }
        }

        return map;
    }

    private long ReadLine(ref int used, long end, byte[] name)
    {
        long value = 0;
        for (int digits = 0; ; digits++)
        {
            if (used == TarInput.BlockLength)
            {
                if (input.Position + TarInput.BlockLength > end)
                {
                    throw BadSparse(name);
                }

                input.ReadExactly(block);
                used = 0;
            }

            byte current = block[used++];
            if (current == '\n' && digits > 0)
            {
                return value;
            }

            if (!char.IsAsciiDigit((char)current) || digits > 18)
            {
                throw BadSparse(name);
            }

            value = (value * 10) + (current - '0');
        }
    }

    private StratoException BadSparse(byte[] name) =>
        input.Malformed($"the map of the sparse file '{Core.Paths.BytesText.Escape(name)}' is wrong");
}
