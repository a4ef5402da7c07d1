using System.Diagnostics;
using System.Text.Json;

namespace Strato.Benchmarks.Whole;

/// <summary>Walking and reading the mounted tree, against the same on the disk and, where it is installed, through the genuine client.</summary>
internal static class MountBenchmark
{
    private const int Runs = 7;
    private const string Repository = "bench.example.org";

    private static readonly (string Name, string Command, bool DropsEntries)[] Jobs =
    [
        ("find after drop_caches", "find '{0}' > /dev/null", true),
        ("find -ls after drop_caches", "find '{0}' -ls > /dev/null", true),
        ("find -ls again", "find '{0}' -ls > /dev/null", false),
        ("read all, warm", "find '{0}' -type f -print0 | xargs -0 cat > /dev/null", false),
    ];

    public static async Task<IReadOnlyList<Measurement>> RunAsync(string strato, SampleTree tree, string folder)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Console.Error.WriteLine("mounting is measured as root only: caches are dropped between the runs");
            return [];
        }

        string home = Path.Combine(folder, "home");
        TimedCommand.Run(strato, ["mkfs", Repository, "--home", home]);
        TimedCommand.Run(strato, ["publish", Repository, "--home", home, "--from", tree.Directory]);
        using Process server = Process.Start(
            new ProcessStartInfo(strato, ["serve", "--json", "--home", home, "--listen", "127.0.0.1:0"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        try
        {
            string url = $"{await UrlAsync(server)}/{Repository}";
            string key = Path.Combine(home, Repository + ".pub");
            using MountedTree mounted = MountedTree.WithStrato(strato, Repository, url, key, folder);
            using MountedTree? genuine = MountedTree.TryWithGenuine(Repository, url, key, folder);
            List<(string Who, string Directory)> trees = [("disk", tree.Directory), (mounted.Client, mounted.Directory)];
            if (genuine is not null)
            {
                trees.Add((genuine.Client, genuine.Directory));
            }

            return [.. Jobs.SelectMany(job => Measure(job.Name, job.Command, job.DropsEntries, trees))];
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    private static List<Measurement> Measure(string name, string command, bool dropsEntries, List<(string Who, string Directory)> trees)
    {
        Dictionary<string, List<double>> seconds = trees.ToDictionary(tree => tree.Who, _ => new List<double>(), StringComparer.Ordinal);

        // The first round fills the caches and is not counted.
        for (int round = 0; round <= Runs; round++)
        {
            foreach ((string who, string directory) in trees)
            {
                if (dropsEntries)
                {
                    File.WriteAllText("/proc/sys/vm/drop_caches", "2");
                }

                double time = TimedCommand.Shell(command.Replace("{0}", directory, StringComparison.Ordinal));
                if (round > 0)
                {
                    seconds[who].Add(time);
                }
            }
        }

        string baseline = $"{name}: {trees[0].Who}";
        return [.. trees.Select(tree => new Measurement($"{name}: {tree.Who}", seconds[tree.Who], tree.Who == trees[0].Who ? null : baseline))];
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
