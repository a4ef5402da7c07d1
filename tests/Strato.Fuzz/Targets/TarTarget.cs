using System.Formats.Tar;
using TarEntryType = System.Formats.Tar.TarEntryType;
using TarReader = Strato.Publishing.Tarballs.TarReader;

namespace Strato.Fuzz.Targets;

/// <summary>Tarballs that are ingested.</summary>
internal sealed class TarTarget : IFuzzTarget
{
    private const int MaximumContent = 1024 * 1024;

    private readonly byte[] buffer = new byte[64 * 1024];

    public string Name => "tar";

    public IEnumerable<byte[]> Seeds => [.. Enum.GetValues<TarEntryFormat>().Where(format => format != TarEntryFormat.Unknown).Select(Archive)];

    public bool Run(byte[] input)
    {
        TarReader reader = new(new MemoryStream(input), "fuzzed");
        int entries = 0;
        while (reader.TryReadEntry(out _))
        {
            entries++;

            // A sparse file may have holes without end.
            int count;
            for (int length = 0; length < MaximumContent && (count = reader.ReadContent(buffer)) > 0; length += count)
            {
            }
        }

        return entries > 0;
    }

    private static byte[] Archive(TarEntryFormat format)
    {
        using MemoryStream bytes = new();
        using (TarWriter writer = new(bytes, format, leaveOpen: true))
        {
            TarEntryType file = format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile;
            foreach ((TarEntryType type, string name, string link) in (ReadOnlySpan<(TarEntryType, string, string)>)
                [(TarEntryType.Directory, "d/", ""), (file, "d/f", ""), (TarEntryType.HardLink, "d/h", "d/f"), (TarEntryType.SymbolicLink, "s", "d/f")])
            {
                System.Formats.Tar.TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(type, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(type, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(type, name + new string('n', type == file ? 150 : 0)),
                    _ => new PaxTarEntry(type, name, [new("SCHILY.xattr.user.a", "v"), new("GNU.sparse.map", "0,7"), new("GNU.sparse.size", "7")]),
                };
                if (link.Length > 0)
                {
                    entry.LinkName = link;
                }

                if (type == file)
                {
                    entry.DataStream = new MemoryStream("content"u8.ToArray());
                }

                writer.WriteEntry(entry);
            }
        }

        return bytes.ToArray();
    }
}
