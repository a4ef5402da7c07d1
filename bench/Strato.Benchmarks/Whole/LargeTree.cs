using System.Formats.Tar;
using System.Globalization;

namespace Strato.Benchmarks.Whole;

/// <summary>
/// Very many small entries in 5,000 directories, each of which has a nested catalog: as a tarball that is written while it is read, or on the disk. STRATO_BENCH_ENTRIES says how many
/// (a million).
/// </summary>
internal static class LargeTree
{
    /// <summary>Directories with a catalog of their own.</summary>
    public const int Catalogs = 5_000;

    private const int PerGroup = 100;

    /// <summary>Files and directories.</summary>
    public static int Entries { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("STRATO_BENCH_ENTRIES"), NumberStyles.None, CultureInfo.InvariantCulture, out int entries) ? entries : 1_000_000;

    /// <summary>The path of one of the directories.</summary>
    public static string Folder(int number) => string.Create(CultureInfo.InvariantCulture, $"g{number / PerGroup:d2}/c{number:d4}");

    /// <summary>Writes a tarball. Groups of a hundred directories lie in one, so that the root catalog has few rows of its own.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="entries">How many entries.</param>
    public static void WriteTarball(Stream target, int entries)
    {
        using TarWriter writer = new(target, TarEntryFormat.Ustar, leaveOpen: true);
        byte[] content = new byte[16];
        for (int folder = 0; folder < Catalogs; folder++)
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{Folder(folder)}/.cvmfscatalog"));
            for (int file = 0; file < FilesOf(entries); file++)
            {
                BitConverter.TryWriteBytes(content, file % 100);
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, string.Create(CultureInfo.InvariantCulture, $"{Folder(folder)}/file{file:d6}"))
                {
                    DataStream = new MemoryStream(content, writable: false),
                });
            }
        }
    }

    /// <summary>Makes the same on the disk, with empty files.</summary>
    public static void Create(string directory, int entries)
    {
        for (int folder = 0; folder < Catalogs; folder++)
        {
            string place = Path.Combine(directory, Folder(folder));
            Directory.CreateDirectory(place);
            File.Create(Path.Combine(place, ".cvmfscatalog")).Dispose();
            for (int file = 0; file < FilesOf(entries); file++)
            {
                File.Create(Path.Combine(place, string.Create(CultureInfo.InvariantCulture, $"file{file:d6}"))).Dispose();
            }
        }
    }

    private static int FilesOf(int entries) => Math.Max(1, (entries / Catalogs) - 2);
}
