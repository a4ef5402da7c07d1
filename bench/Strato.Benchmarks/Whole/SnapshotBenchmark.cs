using Strato.Publishing.Repositories;
using Strato.Testing.Genuine;
using Strato.Testing.Processes;

namespace Strato.Benchmarks.Whole;

/// <summary>How long a first snapshot of a repository over loopback takes, against copying its storage with rsync.</summary>
internal static class SnapshotBenchmark
{
    private const int Runs = 3;
    private const string Name = "bench.example.org";
    private const string Native = "rsync -a of the storage";

    public static async Task<IReadOnlyList<Measurement>> RunAsync(string strato, SampleTree tree, string folder)
    {
        string home = Path.Combine(folder, "snapshot-source");
        TimedCommand.Run(strato, ["mkfs", Name, "--home", home]);
        TimedCommand.Run(strato, ["publish", Name, "--home", home, "--from", tree.Directory]);
        RepositoryPlaces places = new RepositoryHome(home).Places(Name);
        using ChildProcess server = ChildProcess.Start(new System.Diagnostics.ProcessStartInfo(strato, ["serve", "--home", home, "--listen", "127.0.0.1:0"]));
        await server.WaitForAsync("/ until Ctrl-C", CancellationToken.None);
        string url = $"{server.Output[server.Output.IndexOf("http://", StringComparison.Ordinal)..server.Output.IndexOf("/ until", StringComparison.Ordinal)]}/{Name}";
        List<double> native = [];
        List<(double Seconds, long PeakMemory)> snapshots = [];
        List<double> genuine = [];
        for (int round = 0; round <= Runs; round++)
        {
            Console.Error.WriteLine($"replicating, round {round} of {Runs}");
            double copied = TimedCommand.Shell($"rsync -a '{places.DefaultStorage}/' '{folder}/rsync-{round}/'");
            string replica = Path.Combine(folder, $"replica-{round}");
            TimedCommand.Run(strato, ["add-replica", Name, "--home", replica, "--from", url, "--key", places.PublicKey]);
            (double Seconds, long PeakMemory) snapshot = TimedCommand.Run(strato, ["snapshot", Name, "--home", replica]);
            double pulled = await PullAsync(url, places.PublicKey);

            // One round unmeasured: the server is warm from then on, for all alike.
            if (round > 0)
            {
                native.Add(copied);
                snapshots.Add(snapshot);
                genuine.Add(pulled);
            }
        }

        List<Measurement> measurements =
        [
            new(Native, native),
            new("strato snapshot, first", [.. snapshots.Select(run => run.Seconds)], Native, snapshots.Max(run => run.PeakMemory)),
        ];
        if (GenuineTools.WhyAbsent is null)
        {
            measurements.Add(new Measurement("cvmfs_swissknife pull, first", genuine, Native));
        }

        return measurements;
    }

    private static async Task<double> PullAsync(string url, string key)
    {
        if (GenuineTools.WhyAbsent is not null)
        {
            return 0;
        }

        using GenuineReplica replica = new();
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        ToolOutcome outcome = await replica.PullAsync(url, Name, key, CancellationToken.None);
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
        return outcome.Code == 0 ? seconds : throw new InvalidOperationException(outcome.Text);
    }
}
