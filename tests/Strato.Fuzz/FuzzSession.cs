using System.Diagnostics;
using System.Globalization;
using Strato.Core.Hashing;

namespace Strato.Fuzz;

/// <summary>Runs targets one after the other, watches them from another thread, and keeps what they found.</summary>
internal sealed class FuzzSession(FuzzOptions options)
{
    /// <summary>Fuzzes one target and prints a line about it.</summary>
    public FuzzResult Run(IFuzzTarget target, TimeSpan duration)
    {
        Directory.CreateDirectory(options.Findings);
        using CurrentInput current = new(options.Findings, target.Name);
        FuzzRun run = new(target, options.Seed, current);

        // Deep recursion must hit a limit of the parser, not of the stack: a stack as small as a request thread's shows it.
        Thread worker = new(() => Work(run, duration), maxStackSize: 512 * 1024) { IsBackground = true, Name = target.Name };
        worker.Start();
        while (!worker.Join(TimeSpan.FromMilliseconds(200)))
        {
            (byte[] input, long since) = run.Running;
            if (since != 0 && Stopwatch.GetElapsedTime(since) > FuzzRun.TimeLimit)
            {
                // A thread cannot be stopped, so this ends the process.
                Keep(target, new FuzzFinding(input, $"an input of {input.Length} bytes took more than {FuzzRun.TimeLimit.TotalSeconds} seconds"));
                Environment.Exit(1);
            }
        }

        FuzzResult result = run.Result;
        result.Findings.ForEach(finding => Keep(target, finding));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Target,-18} {result.Runs,9} inputs {result.Accepted,8} accepted, slowest {result.SlowestMilliseconds,7:F1} ms, {result.Findings.Count} findings"));
        return result;
    }

    /// <summary>Removes the folder for findings where there are none.</summary>
    public void Tidy()
    {
        if (Directory.Exists(options.Findings) && !Directory.EnumerateFileSystemEntries(options.Findings).Any())
        {
            Directory.Delete(options.Findings);
        }
    }

    private void Work(FuzzRun run, TimeSpan duration)
    {
        if (options.Replay is null)
        {
            run.Execute(duration, options.Iterations);
        }
        else
        {
            run.Try(File.ReadAllBytes(options.Replay));
        }
    }

    private void Keep(IFuzzTarget target, FuzzFinding finding)
    {
        string name = $"{target.Name}-{ContentHasher.Hash(HashAlgorithm.Sha1, finding.Input).ToString()[..12]}";
        string path = Path.Combine(options.Findings, name);
        File.WriteAllBytes(path, finding.Input);
        Console.Error.WriteLine($"FINDING in {target.Name}: {finding.What}");
        Console.Error.WriteLine($"  the input is kept: Strato.Fuzz --target {target.Name} --replay {path}");
    }
}
