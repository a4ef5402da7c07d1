using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Publishing.Checking;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Publishing.Transactions;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing.Transactions;

/// <summary>
/// A home whose repository has transactions with real overlays, by commands as a person types them. Disposing removes the mounts and ends the daemons, whatever state a
/// test left them in.
/// </summary>
internal sealed class TransactionHome : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string directory;
    private readonly TemporaryHome? own;

    private TransactionHome(string directory, TemporaryHome? own)
    {
        this.directory = directory;
        this.own = own;
    }

    public TemporaryHome Home => own!;

    public TransactionPlaces Places => new(new RepositoryHome(directory).Places(TemporaryHome.Name));

    /// <summary>Where the transaction's view is.</summary>
    public string View => new RepositoryHome(directory).DefaultView(TemporaryHome.Name);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A home with a repository. Skips the test where no overlay can be mounted.</summary>
    public static TransactionHome Create()
    {
        FuseRequirement.Root();
        TemporaryHome home = TemporaryHome.WithRepository();
        return new TransactionHome(home.Home.Directory, home);
    }

    /// <summary>A home elsewhere, which is the caller's to remove afterwards.</summary>
    public static TransactionHome Of(string directory)
    {
        FuseRequirement.Root();
        return new TransactionHome(directory, own: null);
    }

    /// <summary>Starts a command on the repository: the first argument, then its name, then the rest.</summary>
    public ChildProcess Start(string command, params IEnumerable<string> arguments) =>
        ChildProcess.StartStrato(["--home", directory, command, TemporaryHome.Name, .. arguments]);

    /// <summary>Runs such a command and returns what it printed; one that fails fails the test.</summary>
    public async Task<string> RunAsync(string command, params IEnumerable<string> arguments)
    {
        using ChildProcess process = Start(command, arguments);
        int code = await process.WaitAsync(Cancellation);
        Assert.True(code == 0, $"strato {command} ended with {code}: {process.Output}{process.Error}");
        return process.Output;
    }

    /// <summary>Runs such a command that has to fail, in one line, which is returned.</summary>
    public async Task<string> FailAsync(string command, params IEnumerable<string> arguments)
    {
        using ChildProcess process = Start(command, arguments);
        Assert.Equal(1, await process.WaitAsync(Cancellation));
        return Assert.Single(process.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.StartsWith("publishing ", StringComparison.Ordinal));
    }

    /// <summary>Whether a transaction is open.</summary>
    public bool IsOpen => TransactionStatus.Find(TemporaryHome.Name, new RepositoryHome(directory)) is not null;

    /// <summary>What <c>strato transaction status --json</c> prints.</summary>
    public async Task<JsonElement> StatusAsync()
    {
        using ChildProcess process = ChildProcess.StartStrato("transaction", "status", TemporaryHome.Name, "--json", "--home", directory);
        Assert.Equal(0, await process.WaitAsync(Cancellation));
        return JsonDocument.Parse(process.Output).RootElement;
    }

    /// <summary>Every object of every revision is there and is what its name says; nothing of a transaction is left.</summary>
    public async Task AssertCleanAsync()
    {
        AssertWhole();
        Assert.False(Directory.Exists(Places.Folder), $"{Places.Folder} is left");
        Assert.Empty(Mounts());
        await WaitForDaemonsAsync();
    }

    /// <summary>Every object of every revision is there and is what its name says.</summary>
    public void AssertWhole()
    {
        List<string> problems = [];
        RepositoryCheck.Run(new CheckRequest { Subject = TemporaryHome.Name, ReadsData = true, Found = problems.Add }, new OperationContext { Home = new RepositoryHome(directory) });
        Assert.Empty(problems);
    }

    /// <summary>Waits until no process of the home runs any more.</summary>
    public async Task WaitForDaemonsAsync()
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (Daemons().Count > 0)
        {
            Assert.True(watch.Elapsed < Patience, $"still running: {string.Join(' ', Daemons())}");
            await Task.Delay(50, Cancellation);
        }
    }

    /// <summary>Kills the daemons that serve what is below views, as the end of the machine would.</summary>
    public void KillDaemons() => Daemons().ForEach(process => PosixProcess.Kill(process, Signal.Kill));

    /// <summary>Takes the mounts away, as a restart of the machine does.</summary>
    public void Unmount()
    {
        foreach (MountEntry mount in Mounts())
        {
            Posix.Mounts.Unmount(mount.MountPoint, UnmountFlags.Detach | UnmountFlags.NoFollow).ThrowIfFailed("unmount", mount.MountPoint);
        }
    }

    public void Dispose()
    {
        Unmount();
        Stopwatch watch = Stopwatch.StartNew();
        while (Daemons().Count > 0 && watch.Elapsed < Patience)
        {
            Thread.Sleep(50);
        }

        KillDaemons();
        own?.Dispose();
    }

    private IReadOnlyList<MountEntry> Mounts()
    {
        byte[] below = Encoding.UTF8.GetBytes(directory + "/");
        return [.. MountTable.Read().Reverse().Where(mount => mount.MountPoint.AsSpan().StartsWith(below) && mount.Type != "tmpfs")];
    }

    private List<int> Daemons()
    {
        List<int> found = [];
        foreach (string process in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), out int id) || id == Environment.ProcessId)
            {
                continue;
            }

            try
            {
                string line = File.ReadAllText(Path.Combine(process, "cmdline"));
                if (line.Contains($"\0{directory}\0", StringComparison.Ordinal) && line.Contains("\0mount\0", StringComparison.Ordinal))
                {
                    found.Add(id);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It has just ended.
            }
        }

        return found;
    }
}
