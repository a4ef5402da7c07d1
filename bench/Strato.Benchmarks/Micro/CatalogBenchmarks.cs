using System.Text;
using BenchmarkDotNet.Attributes;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Benchmarks.Micro;

/// <summary>A catalog of 202,000 rows (2,000 directories of 100 files): written, looked up in, listed.</summary>
public class CatalogBenchmarks
{
    private const int Directories = 2000;
    private const int Files = 100;

    private static readonly CatalogEntry Root = new() { Name = [], Mode = 0x41ed, Size = CatalogEntry.DirectorySize, Linkcount = Directories + 2 };
    private static readonly ObjectHash Hash = new(HashAlgorithm.Sha1, "01234567890123456789"u8);

    private readonly string file = Path.Combine(Path.GetTempPath(), $"strato-bench-{Environment.ProcessId}.catalog");
    private readonly List<PathKey> directories = [];
    private readonly List<PathKey> files = [];
    private CatalogReader reader = null!;

    [GlobalSetup]
    public void Setup()
    {
        Write();
        reader = CatalogReader.Open(file);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        reader.Dispose();
        File.Delete(file);
    }

    [Benchmark(OperationsPerInvoke = Directories * (Files + 1))]
    public void Insert() => Write();

    [Benchmark(OperationsPerInvoke = Directories * Files)]
    public long Lookup()
    {
        long sum = 0;
        foreach (PathKey key in files)
        {
            sum += reader.TryFind(key, out CatalogRow row) ? row.Size + row.Mtime + row.Linkcount + row.Uid + row.Hash.Bytes[0] : 0;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Directories * Files)]
    public long List()
    {
        long sum = 0;
        foreach (PathKey key in directories)
        {
            foreach (CatalogRow row in reader.EnumerateDirectory(key))
            {
                sum += row.Name.Length + row.Size + row.Mtime + row.Linkcount + row.RowId;
            }
        }

        return sum;
    }

    [Benchmark]
    public void Open() => CatalogReader.Open(file).Dispose();

    private void Write()
    {
        File.Delete(file);
        directories.Clear();
        files.Clear();
        using CatalogWriter writer = CatalogWriter.Create(Encoding.UTF8.GetBytes(file), RepositoryPath.Root, Root, 0);
        for (int directory = 0; directory < Directories; directory++)
        {
            RepositoryPath path = RepositoryPath.Root.Append(Encoding.ASCII.GetBytes($"directory-{directory}"));
            writer.Insert(path.Key, RepositoryPath.Root.Key, Root with { Name = path.Name.ToArray(), Linkcount = 2 });
            directories.Add(path.Key);
            for (int number = 0; number < Files; number++)
            {
                byte[] name = Encoding.ASCII.GetBytes($"a-file-with-a-name-{number}.py");
                PathKey key = path.Append(name).Key;
                writer.Insert(key, path.Key, new CatalogEntry { Name = name, Mode = 0x81a4, Size = 1234, Mtime = 1_700_000_000, Hash = Hash });
                files.Add(key);
            }
        }

        writer.Seal();
    }
}
