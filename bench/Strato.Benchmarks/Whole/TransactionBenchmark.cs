using System.Diagnostics;
using System.Globalization;

namespace Strato.Benchmarks.Whole;

/// <summary>
/// How long a small change of a repository takes, small or large: a transaction with its publish, an ingest, and publishing a tree again, which is compared with
/// find(1) looking at every entry of the same tree.
/// </summary>
internal static class TransactionBenchmark
{
    private const int Runs = 5;
    private const int Changes = 10;
    private const string Name = "bench.example.org";

    public static IEnumerable<Measurement> Run(string strato, string folder)
    {
        string small = Make(strato, Path.Combine(folder, "home-small"));
        Fill(strato, small, LargeTree.Catalogs * 3);
        string large = Make(strato, Path.Combine(folder, "home-large"));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ingesting {LargeTree.Entries} entries"));
        Fill(strato, large, LargeTree.Entries);
        string one = Make(strato, Path.Combine(folder, "home-one"));
        yield return Transactions(strato, one, "transaction and publish, one file", changes: 1);
        yield return Transactions(strato, small, $"transaction and publish, ten of {LargeTree.Catalogs * 3} entries", Changes);
        yield return Transactions(strato, large, $"transaction and publish, ten of {LargeTree.Entries} entries", Changes);
        yield return Ingests(strato, large);
        foreach (Measurement tree in Trees(strato, folder))
        {
            yield return tree;
        }
    }

    private static string Make(string strato, string home)
    {
        TimedCommand.Run(strato, ["mkfs", Name, "--home", home]);
        return home;
    }

    private static void Fill(string strato, string home, int entries)
    {
        using Process ingest = Process.Start(new ProcessStartInfo(strato, ["ingest", Name, "--tar", "-", "--to", "/", "--home", home])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using (Stream input = new BufferedStream(ingest.StandardInput.BaseStream, 1 << 20))
        {
            LargeTree.WriteTarball(input, entries);
        }

        ingest.WaitForExit();
        if (ingest.ExitCode != 0)
        {
            throw new InvalidOperationException($"the large tarball was not ingested: {ingest.ExitCode}");
        }
    }

    // The first run is not counted: the page cache has the program from then on.
    private static Measurement Transactions(string strato, string home, string what, int changes)
    {
        List<double> seconds = [];
        long peak = 0;
        for (int run = 0; run <= Runs; run++)
        {
            (double opening, long openingPeak) = TimedCommand.Run(strato, ["transaction", Name, "--home", home]);
            for (int change = 0; change < changes; change++)
            {
                string place = Path.Combine(home, "views", Name, changes == 1 ? "" : LargeTree.Folder(change * 450));
                File.WriteAllText(Path.Combine(place, $"changed{change}"), string.Create(CultureInfo.InvariantCulture, $"run {run}"));
            }

            (double publishing, long publishingPeak) = TimedCommand.Run(strato, ["publish", Name, "--home", home]);
            if (run > 0)
            {
                seconds.Add(opening + publishing);
                peak = Math.Max(peak, Math.Max(openingPeak, publishingPeak));
            }
        }

        return new Measurement(what, seconds, PeakMemory: peak);
    }

    private static Measurement Ingests(string strato, string home)
    {
        List<double> seconds = [];
        long peak = 0;
        string tree = Path.Combine(home, "ten");
        string tarball = Path.Combine(home, "ten.tar");
        for (int run = 0; run < Runs; run++)
        {
            for (int change = 0; change < Changes; change++)
            {
                string place = Path.Combine(tree, LargeTree.Folder(change * 450));
                Directory.CreateDirectory(place);
                File.WriteAllText(Path.Combine(place, "ingested"), string.Create(CultureInfo.InvariantCulture, $"run {run}"));
            }

            TimedCommand.Shell($"cd '{tree}' && find . -type f | tar -cf '{tarball}' -T -");
            (double time, long memory) = TimedCommand.Run(strato, ["ingest", Name, "--tar", tarball, "--to", "/", "--home", home]);
            seconds.Add(time);
            peak = Math.Max(peak, memory);
        }

        return new Measurement($"ingest, ten of {LargeTree.Entries} entries", seconds, PeakMemory: peak);
    }

    private static IEnumerable<Measurement> Trees(string strato, string folder)
    {
        string tree = Path.Combine(folder, "large-tree");
        Console.Error.WriteLine("making the large tree");
        LargeTree.Create(tree, LargeTree.Entries);
        string home = Make(strato, Path.Combine(folder, "home-tree"));
        Console.Error.WriteLine("publishing it");
        string[] publish = ["publish", Name, "--from", tree, "--home", home];
        TimedCommand.Run(strato, publish);
        string baseline = $"find -newer, {LargeTree.Entries} entries";
        List<double> find = [];
        List<(double Seconds, long PeakMemory)> unchanged = [];
        List<(double Seconds, long PeakMemory)> changed = [];
        for (int run = 0; run < Runs; run++)
        {
            find.Add(TimedCommand.Shell($"find '{tree}' -newer '{tree}' -newer /dev/null > /dev/null"));
            unchanged.Add(TimedCommand.Run(strato, publish));
            for (int change = 0; change < Changes; change++)
            {
                File.WriteAllText(Path.Combine(tree, LargeTree.Folder(change * 450), "file000000"), string.Create(CultureInfo.InvariantCulture, $"run {run}"));
            }

            changed.Add(TimedCommand.Run(strato, publish));
        }

        yield return new Measurement(baseline, find);
        yield return Of($"publish --from, nothing changed, {LargeTree.Entries} entries", unchanged, baseline);
        yield return Of($"publish --from, ten files changed, {LargeTree.Entries} entries", changed, baseline);
    }

    private static Measurement Of(string name, List<(double Seconds, long PeakMemory)> runs, string baseline) =>
        new(name, [.. runs.Select(run => run.Seconds)], baseline, runs.Max(run => run.PeakMemory));
}
