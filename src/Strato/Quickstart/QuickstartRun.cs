using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Strato.Client.Mounting;
using Strato.Commands;
using Strato.Core;
using Strato.Fuse.Mounting;
using Strato.Posix;
using Strato.Terminal;

namespace Strato.Quickstart;

/// <summary>
/// The whole way with a real tree: make a repository, publish, serve, mount, compare, run a program. Each step is a command that a
/// person could type. Everything lives in a temporary directory and in processes of its own, and is gone after
/// <see cref="DisposeAsync"/>, whatever step failed.
/// </summary>
internal sealed class QuickstartRun : IAsyncDisposable
{
    private const string Repository = "software.example.org";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly CommandContext context;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("strato-quickstart-");
    private readonly List<QuickstartStep> steps = [];
    private ChildCommand? server;

    public QuickstartRun(CommandContext context) => this.context = context;

    private string Home => Path.Combine(folder.FullName, "home");

    private string Mount => Path.Combine(folder.FullName, Repository);

    /// <summary>Goes all the way; what it returns is up until this is disposed.</summary>
    /// <exception cref="StratoException">A step failed.</exception>
    public async Task<QuickstartReport> RunAsync()
    {
        FuseSupport.Require(context);
        SoftwareTree tree = await StepAsync("find", () => Task.Run(Find), found =>
            $"{found.Name} in {found.Directory}: {Amounts.Count(found.Size.Files, "file")}, {Amounts.Count(found.Size.Folders, "directory")}, "
            + $"{Amounts.Count(found.Size.Links, "link")}, {Amounts.Bytes(found.Size.Bytes)}");
        await StepAsync("mkfs", MakeAsync, _ => $"{Repository} with new keys");
        await StepAsync("publish", () => PublishAsync(tree), report => Describe(report, tree.Size));
        string url = await StepAsync("serve", ServeAsync, found => found);
        await StepAsync("mount", () => MountAsync(url), _ => Mount);
        await StepAsync("compare", () => Task.Run(() => TreeComparison.Compare(tree.Directory, Mount, context.Cancellation)), comparison =>
            $"{Amounts.Count(comparison.Compared.Files, "file")}, {Amounts.Bytes(comparison.Compared.Bytes)}: every name, attribute and byte as in the source");
        string output = await StepAsync("run", () => RunProgramAsync(tree), line => line);
        return new QuickstartReport(Repository, tree.Directory, url, Mount, output, steps);
    }

    /// <summary>Unmounts, stops the server and removes the directory.</summary>
    /// <exception cref="StratoException">The mount could not be taken away; the message says what is left.</exception>
    public async ValueTask DisposeAsync()
    {
        await UnmountAsync();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        if (IsMounted())
        {
            throw new StratoException($"{Mount} could not be unmounted; unmount it and remove {folder.FullName}");
        }

        folder.Delete(recursive: true);
    }

    // Asks the daemon itself, which also lets go of a mount that somebody's shell is still in.
    private async Task UnmountAsync()
    {
        if (new MountRegistry(Home).TryFindDirectory(Mount) is { } daemon)
        {
            PosixProcess.Kill(daemon.Pid, Signal.Terminate);
            long asked = context.Clock.GetTimestamp();
            while (daemon.IsAlive && context.Clock.GetElapsedTime(asked) < Patience)
            {
                await Task.Delay(20);
            }
        }

        if (IsMounted())
        {
            FuseMount.Unmount(Encoding.UTF8.GetBytes(Mount), detach: true);
        }
    }

    private static string Describe(PublishReport report, TreeSize size) =>
        $"revision {report.Revision}: {Amounts.Count(report.FilesRead, "file")} became {Amounts.Count(report.NewObjects, "object")} of {Amounts.Bytes(report.NewBytes)} "
        + string.Create(CultureInfo.InvariantCulture, $"({(size.Bytes == 0 ? 0 : 100.0 * report.NewBytes / size.Bytes):F0} % of the tree)");

    private SoftwareTree Find() => SoftwareTreeSearch.Find(SoftwareTreeSearch.Kinds, context.Environment("HOME") ?? "/");

    private Task<string> MakeAsync() => ChildCommand.RunAsync(showsProgress: false, context.Cancellation, "mkfs", Repository, "--home", Home);

    private async Task<PublishReport> PublishAsync(SoftwareTree tree)
    {
        string json = await ChildCommand.RunAsync(
            showsProgress: true, context.Cancellation, "publish", Repository, "--from", tree.Directory, "--home", Home, "--json");
        return JsonSerializer.Deserialize(json, CommandJson.Default.PublishReport)!;
    }

    private async Task<string> ServeAsync()
    {
        server = ChildCommand.Start(showsProgress: false, "serve", "--listen", "127.0.0.1:0", "--home", Home, "--json");
        StringBuilder report = new();
        do
        {
            report.AppendLine(await server.Output.ReadLineAsync(context.Cancellation) ?? throw await server.FailureAsync());
        }
        while (report[^2] != '}');

        using JsonDocument document = JsonDocument.Parse(report.ToString());
        return $"{document.RootElement.GetProperty("url").GetString()}/{Repository}";
    }

    private Task<string> MountAsync(string url)
    {
        // Not to be stopped halfway: a mount that comes up after the clean-up would stay.
        Directory.CreateDirectory(Mount);
        return ChildCommand.RunAsync(
            showsProgress: false,
            CancellationToken.None,
            "mount", Repository, Mount, "--server", url, "--home", Home, "--cache", Path.Combine(folder.FullName, "cache"));
    }

    private async Task<string> RunProgramAsync(SoftwareTree tree)
    {
        ProcessStartInfo start = new(Path.Combine(Mount, tree.Program), tree.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("DOTNET_ROOT");
        using Process program = Process.Start(start)!;
        try
        {
            Task<string> error = program.StandardError.ReadToEndAsync(context.Cancellation);
            string output = await program.StandardOutput.ReadToEndAsync(context.Cancellation);
            await program.WaitForExitAsync(context.Cancellation);
            return program.ExitCode == 0 && output.Contains(Mount, StringComparison.Ordinal)
                ? output.TrimEnd().Split('\n')[0]
                : throw new StratoException($"{start.FileName} ended with {program.ExitCode} when run from the mount: {output}{await error}");
        }
        finally
        {
            if (!program.HasExited)
            {
                program.Kill(entireProcessTree: true);
            }
        }
    }

    private async Task<T> StepAsync<T>(string name, Func<Task<T>> act, Func<T, string> describe)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        long start = context.Clock.GetTimestamp();
        T result = await act();
        steps.Add(new QuickstartStep(name, describe(result), context.Clock.GetElapsedTime(start).TotalSeconds));
        if (!context.Json)
        {
            context.Output.WriteLine(QuickstartTable.Row(steps[^1]));
            context.Output.Flush();
        }

        return result;
    }

    // Asks the kernel's table, so that a daemon that does not answer cannot hold this up.
    private bool IsMounted() => File.ReadLines("/proc/self/mountinfo").Any(line => line.Split(' ')[4] == Mount);
}
