using System.Diagnostics;
using System.Globalization;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>Processes that read a mount in several ways at once until they are told to stop. Each checks every byte.</summary>
internal sealed class Readers : IDisposable
{
    private readonly string stop;
    private readonly Dictionary<string, ChildProcess> processes = new(StringComparer.Ordinal);

    /// <summary>Starts a reader for each way.</summary>
    public Readers(OutlivingSite site, string mount, params IReadOnlyList<string> ways)
    {
        stop = Path.Combine(site.Scratch, "stop");
        File.Delete(stop);
        string script = Path.Combine(AppContext.BaseDirectory, "Client", "Outliving", "readers.py");
        foreach (string way in ways)
        {
            string scratch = Directory.CreateDirectory(Path.Combine(site.Scratch, way)).FullName;
            processes[way] = ChildProcess.Start(new ProcessStartInfo("python3", ["-B", script, way, mount, site.Source, stop, scratch]));
        }
    }

    /// <summary>Every way that there is.</summary>
    public static IReadOnlyList<string> AllWays { get; } = ["imports", "compiler", "preads", "mapped", "listing"];

    /// <summary>What a failure is told with, such as <see cref="Testing.Mounting.HeldMount.Describe"/>.</summary>
    public Func<string> Surroundings { get; init; } = () => "";

    /// <summary>Fails where a reader has ended.</summary>
    public void AssertRunning()
    {
        foreach ((string way, ChildProcess process) in processes)
        {
            if (!process.IsRunning)
            {
                Assert.Fail($"{way}: {process.Error}{Surroundings()}");
            }
        }
    }

    /// <summary>Lets them finish their rounds; fails on any error. Answers how many rounds each made.</summary>
    public async Task<Dictionary<string, int>> FinishAsync(CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(stop, "", cancellation);
        Dictionary<string, int> rounds = new(StringComparer.Ordinal);
        foreach ((string way, ChildProcess process) in processes)
        {
            int code = await process.WaitAsync(cancellation).WaitAsync(TimeSpan.FromMinutes(2), cancellation);
            if (code != 0)
            {
                Assert.Fail($"{way}: {process.Error}{Surroundings()}");
            }

            rounds[way] = int.Parse(process.Output.Split(' ')[^1], CultureInfo.InvariantCulture);
            Assert.True(rounds[way] > 0, $"{way} made no round");
        }

        return rounds;
    }

    public void Dispose()
    {
        foreach (ChildProcess process in processes.Values)
        {
            process.Dispose();
        }
    }
}
