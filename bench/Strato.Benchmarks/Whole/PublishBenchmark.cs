namespace Strato.Benchmarks.Whole;

/// <summary>How long the first publish of a tree takes, against compressing and hashing it with native tools.</summary>
internal static class PublishBenchmark
{
    private const int Runs = 3;
    private const string Native = "tar | pigz -6 -p2 | sha1sum";

    public static IEnumerable<Measurement> Run(string strato, SampleTree tree, string folder)
    {
        string[] encoders = ["zlib", "zlib-fast"];
        List<double> native = [];
        Dictionary<string, List<(double Seconds, long PeakMemory)>> published = encoders.ToDictionary(encoder => encoder, _ => new List<(double, long)>(), StringComparer.Ordinal);

        // One round unmeasured: the page cache holds the tree from then on, for all alike.
        for (int round = 0; round <= Runs; round++)
        {
            Console.Error.WriteLine($"publishing, round {round} of {Runs}");
            double seconds = TimedCommand.Shell($"tar -C '{tree.Directory}' -cf - . | pigz -6 -p2 | sha1sum");
            if (round > 0)
            {
                native.Add(seconds);
            }

            foreach (string encoder in encoders)
            {
                (double, long) run = PublishOnce(strato, tree, Path.Combine(folder, $"home-{encoder}-{round}"), encoder);
                if (round > 0)
                {
                    published[encoder].Add(run);
                }
            }
        }

        yield return new Measurement(Native, native);
        foreach (string encoder in encoders)
        {
            List<(double Seconds, long PeakMemory)> runs = published[encoder];
            yield return new Measurement(
                $"strato publish, {encoder}", [.. runs.Select(run => run.Seconds)], Native, runs.Max(run => run.PeakMemory));
        }
    }

    // Homes stay until the end: ext4 passes over inodes that were deleted in the last five seconds one by one, so that a publish right
    // after a large delete spends half of its processor time in open(2) (measured: 4.1 s of system time against 1.2 s for 8,000 files).
    private static (double Seconds, long PeakMemory) PublishOnce(string strato, SampleTree tree, string home, string encoder)
    {
        TimedCommand.Run(strato, ["mkfs", "bench.example.org", "--home", home, "--compression", encoder]);
        return TimedCommand.Run(strato, ["publish", "bench.example.org", "--home", home, "--from", tree.Directory]);
    }
}
