using System.Diagnostics;
using System.Globalization;
using Strato.Core;

namespace Strato.Fuzz;

/// <summary>Fuzzes one target: mutates its seeds, and inputs that it accepted, until time or count is up or enough was found.</summary>
internal sealed class FuzzRun
{
    /// <summary>No input may take longer.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    private const int MaxCorpus = 2000;
    private const int MaxFindings = 5;

    private readonly IFuzzTarget target;
    private readonly CurrentInput current;
    private readonly Random random;
    private readonly Mutator mutator;
    private readonly List<byte[]> corpus;
    private readonly FuzzResult result;
    private readonly HashSet<string> seen = [];
    private byte[] running = [];
    private long startedAt;

    public FuzzRun(IFuzzTarget target, int seed, CurrentInput current)
    {
        this.target = target;
        this.current = current;
        random = new Random(seed);
        mutator = new Mutator(random);
        corpus = [.. target.Seeds];
        result = new FuzzResult { Target = target.Name };
    }

    /// <summary>The input under way and since when (a <see cref="Stopwatch"/> timestamp, 0 for none), for the watchdog's thread.</summary>
    public (byte[] Input, long Since) Running => (Volatile.Read(ref running), Volatile.Read(ref startedAt));

    public FuzzResult Result => result;

    /// <summary>Runs every seed, then mutations.</summary>
    public void Execute(TimeSpan duration, long? iterations)
    {
        foreach (byte[] seed in corpus.ToArray())
        {
            Try(seed);
        }

        if (corpus.Count == 0)
        {
            corpus.Add([]);
        }

        long end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        while (result.Findings.Count < MaxFindings && (iterations is null ? Stopwatch.GetTimestamp() < end : result.Runs < iterations))
        {
            byte[] input = mutator.Mutate(Pick(), Pick());
            if (Try(input))
            {
                Keep(input);
            }
        }
    }

    /// <summary>Runs one input and judges it; true where the target accepted it.</summary>
    public bool Try(byte[] input)
    {
        result.Runs++;
        current.Set(input);
        Volatile.Write(ref running, input);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        Volatile.Write(ref startedAt, start);
        bool isAccepted = false;
        string? finding = null;
        try
        {
            isAccepted = target.Run(input);
        }
        catch (StratoException error)
        {
            // A refusal; but its line must be one that can be shown.
            finding = error.Message.AsSpan().ContainsAny('\n', '\x1b', '\0') ? $"a message that is not one clean line: {error.Message}" : null;
        }
        catch (Exception error)
        {
            finding = error.ToString();
        }

        Volatile.Write(ref startedAt, 0);
        result.SlowestMilliseconds = Math.Max(result.SlowestMilliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (allocated > target.AllocationLimit)
        {
            finding ??= string.Create(CultureInfo.InvariantCulture, $"{input.Length} bytes made it allocate {allocated}, more than {target.AllocationLimit}");
        }

        if (finding is not null && seen.Add(Signature(finding)))
        {
            result.Findings.Add(new FuzzFinding([.. input], finding));
        }

        result.Accepted += isAccepted ? 1 : 0;
        return isAccepted;
    }

    /// <summary>One finding for each place, not for each input that leads there: the innermost frames, or the words without numbers.</summary>
    private static string Signature(string finding)
    {
        string[] frames = [.. finding.Split('\n').Where(line => line.StartsWith("   at ", StringComparison.Ordinal)).Take(2)];
        return frames.Length > 0 ? string.Join('\n', frames) : string.Concat(finding.Where(letter => !char.IsAsciiDigit(letter)));
    }

    private byte[] Pick() => corpus[random.Next(corpus.Count)];

    private void Keep(byte[] input)
    {
        if (corpus.Count < MaxCorpus)
        {
            corpus.Add(input);
        }
        else
        {
            corpus[random.Next(MaxCorpus / 4, MaxCorpus)] = input;
        }
    }
}
