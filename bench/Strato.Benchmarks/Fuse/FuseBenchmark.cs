using System.Diagnostics;
using System.Globalization;
using System.Text;
using Strato.Benchmarks.Whole;
using Strato.Posix;
using Strato.Testing.Fuse;

namespace Strato.Benchmarks.Fuse;

/// <summary>The protocol layer alone: one caller of a file system without storage, served by another process. The numbers of docs/fuse-notes.md.</summary>
internal static class FuseBenchmark
{
    private const int Rounds = 5;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(400);

    public static int Run()
    {
        Machine machine = Machine.Describe(Path.GetTempPath());
        Console.WriteLine($"{machine.Processor}, {machine.Cores} cores, {machine.Kernel}, .NET {machine.DotNet}; best of {Rounds} rounds\n");
        Console.WriteLine("| what | each second | p50 | p99 |\n| --- | ---: | ---: | ---: |");
        using (MemoryMount asking = MemoryMount.Start(new MemoryFileSystemOptions { Validity = 0 }))
        {
            byte[] root = Encoding.UTF8.GetBytes(asking.Path);
            byte[] file = Encoding.UTF8.GetBytes(asking.At("files/4097"));
            Report("GETATTR", 0, () => PosixPath.GetStatus(null, root, out _));
            Report("stat, nothing kept (2 LOOKUP, 3 GETATTR)", 0, () => PosixPath.GetStatus(null, file, out _));
        }

        using MemoryMount mount = MemoryMount.Start();
        PosixFile.Open(null, Encoding.UTF8.GetBytes(mount.At("files/direct")), OpenFlags.ReadOnly, out FileDescriptor? direct).ThrowIfFailed("open");
        using (direct)
        {
            foreach (int size in new[] { 4096, 131_072, 1_000_000 })
            {
                byte[] buffer = new byte[size];
                Report($"READ of {size} bytes, direct", size, () => PosixFile.ReadAt(direct!, buffer, 0, out _));
            }
        }

        return 0;
    }

    private static void Report(string what, int bytes, Func<Errno> call)
    {
        double best = 0;
        double[] fastest = [];
        for (int round = 0; round <= Rounds; round++)
        {
            List<double> microseconds = [];
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < RoundTime)
            {
                long one = Stopwatch.GetTimestamp();
                call().ThrowIfFailed(what);
                microseconds.Add(Stopwatch.GetElapsedTime(one).TotalMicroseconds);
            }

            // The first round warms both sides up.
            double rate = microseconds.Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (round > 0 && rate > best)
            {
                best = rate;
                fastest = [.. microseconds.Order()];
            }
        }

        string amount = bytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({best * bytes / 1e9:F2} GB)");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {what} | {best:F0}{amount} | {fastest[fastest.Length / 2]:F1} us | {fastest[fastest.Length * 99 / 100]:F1} us |"));
    }
}
