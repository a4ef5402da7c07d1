using System.Globalization;

namespace Strato.Benchmarks.Whole;

/// <summary>
/// Publishes, walks and reads one tree with Strato and with native tools, taking turns in one run, so that the ratios mean something on any
/// machine. Results go to two files: numbers as JSON, a table in Markdown.
/// </summary>
internal static class WholeCommands
{
    public static async Task<int> RunAsync(string strato, string results)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("strato-bench-");
        try
        {
            Machine machine = Machine.Describe(folder.FullName);
            Console.Error.WriteLine("building the tree");
            SampleTree tree = SampleTree.Create(Path.Combine(folder.FullName, "tree"));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tree.Files} files, {tree.Bytes / 1e6:F0} MB"));
            List<Measurement> measurements = [];
            measurements.AddRange(PublishBenchmark.Run(strato, tree, folder.FullName));
            measurements.AddRange(await SnapshotBenchmark.RunAsync(strato, tree, folder.FullName));
            measurements.AddRange(await MountBenchmark.RunAsync(strato, tree, SampleTree.CreateLarge(Path.Combine(folder.FullName, "large")), folder.FullName));
            ResultFiles.Write(results, machine, tree, measurements);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
