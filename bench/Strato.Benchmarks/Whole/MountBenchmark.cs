using System.Diagnostics;
using System.Text.Json;

namespace Strato.Benchmarks.Whole;

/// <summary>Walking and reading mounted trees, against the same on the disk and, where it is installed, through the genuine client.</summary>
internal static class MountBenchmark
{
    private const int Runs = 7;
    private const string Repository = "bench.example.org";
    private const string LargeRepository = "large.example.org";

    private static readonly MountJob[] TreeJobs =
    [
        new("find after drop_caches", "find '{0}' > /dev/null", DropsBefore: MountJob.Entries),
        new("find -ls after drop_caches", "find '{0}' -ls > /dev/null", DropsBefore: MountJob.Entries),
        new("find -ls again", "find '{0}' -ls > /dev/null"),
        new("read all, warm", "find '{0}' -type f -print0 | xargs -0 cat > /dev/null"),
        new("read all, cold", "find '{0}' -type f -print0 | xargs -0 cat > /dev/null", DropsBefore: MountJob.Everything),
    ];

    private static readonly MountJob[] LargeJobs =
    [
        new("read 500 MB, warm", "cat '{0}'/* > /dev/null"),
        new("read 500 MB, cold", "cat '{0}'/* > /dev/null", DropsBefore: MountJob.Everything),
    ];

    /// <summary>Measures; nothing where this user may not drop the kernel's caches.</summary>
    /// <param name="strato">The program.</param>
    /// <param name="tree">The tree of many files.</param>
    /// <param name="large">A directory with one file of 500 MB.</param>
    /// <param name="folder">Where to work.</param>
    public static async Task<IReadOnlyList<Measurement>> RunAsync(string strato, SampleTree tree, string large, string folder)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Console.Error.WriteLine("mounting is measured as root only: caches are dropped between the runs");
            return [];
        }

        string home = Path.Combine(folder, "home");
        TimedCommand.Run(strato, ["mkfs", Repository, "--home", home]);
        TimedCommand.Run(strato, ["publish", Repository, "--home", home, "--from", tree.Directory]);
        TimedCommand.Run(strato, ["mkfs", LargeRepository, "--home", home, "--compression", "none"]);
        TimedCommand.Run(strato, ["publish", LargeRepository, "--home", home, "--from", large]);
        using Process server = Process.Start(
            new ProcessStartInfo(strato, ["serve", "--json", "--home", home, "--listen", "127.0.0.1:0"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        try
        {
            string url = await UrlAsync(server);
            return
            [
                .. MeasureMounted(strato, home, url, Repository, tree.Directory, TreeJobs, folder),
                .. MeasureMounted(strato, home, url, LargeRepository, large, LargeJobs, folder),
            ];
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    private static List<Measurement> MeasureMounted(string strato, string home, string url, string repository, string source, MountJob[] jobs, string folder)
    {
        string key = Path.Combine(home, repository + ".pub");
        using MountedTree mounted = MountedTree.WithStrato(strato, repository, $"{url}/{repository}", key, folder);
        using MountedTree? genuine = MountedTree.TryWithGenuine(repository, $"{url}/{repository}", key, folder);
        List<MountedTree> trees = genuine is null ? [mounted] : [mounted, genuine];
        foreach (MountedTree tree in trees)
        {
            // What is not in the cache yet would be measured as the network's; a file in pieces is put together in the background.
            MountJob.Read(tree.Directory);
        }

        Thread.Sleep(TimeSpan.FromSeconds(5));
        return [.. jobs.SelectMany(job => Measure(job, source, trees))];
    }

    private static List<Measurement> Measure(MountJob job, string source, List<MountedTree> trees)
    {
        Console.Error.WriteLine($"mounted: {job.Name}");
        const string disk = "disk";
        List<(string Who, string Directory)> turns = [(disk, source), .. trees.Select(tree => (tree.Client, tree.Directory))];
        Dictionary<string, List<double>> seconds = turns.ToDictionary(turn => turn.Who, _ => new List<double>(), StringComparer.Ordinal);
        trees.ForEach(tree => tree.ForgetPeakMemory());

        // The first round fills the caches and is not counted.
        for (int round = 0; round <= Runs; round++)
        {
            foreach ((string who, string directory) in turns)
            {
                double time = job.Run(directory);
                if (round > 0)
                {
                    seconds[who].Add(time);
                }
            }
        }

        string baseline = $"{job.Name}: {disk}";
        return
        [
            new Measurement(baseline, seconds[disk]),
            .. trees.Select(tree => new Measurement($"{job.Name}: {tree.Client}", seconds[tree.Client], baseline, tree.PeakMemory())),
        ];
    }

    private static async Task<string> UrlAsync(Process server)
    {
        string report = "";
        while (!report.TrimEnd().EndsWith('}'))
        {
            report += await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the server did not start");
        }

        using JsonDocument document = JsonDocument.Parse(report);
        return document.RootElement.GetProperty("url").GetString()!;
    }
}
