using System.Globalization;

namespace Strato.Benchmarks.Whole;

/// <summary>Makes small changes in repositories with very many entries. Results go to two files, as those of <see cref="WholeCommands"/>.</summary>
internal static class LargeRepositories
{
    public static int Run(string strato, string results)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("strato-bench-");
        try
        {
            Machine machine = Machine.Describe(folder.FullName);
            List<Measurement> measurements = [.. TransactionBenchmark.Run(strato, folder.FullName)];
            string about = string.Create(
                CultureInfo.InvariantCulture,
                $"{LargeTree.Entries:N0} entries in {LargeTree.Catalogs:N0} nested catalogs (STRATO_BENCH_ENTRIES); all in one run; medians. Made by `make bench`.");
            ResultFiles.Write(results, "large-repositories", "Small changes in large repositories", about, machine, measurements);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
