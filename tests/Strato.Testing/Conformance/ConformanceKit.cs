using System.Diagnostics;
using Strato.Testing.Processes;

namespace Strato.Testing.Conformance;

/// <summary>
/// The file system conformance kit: a program that looks at a mounted <see cref="ConformanceTree"/> in a process of its own, by the system calls themselves. It is
/// compiled with gcc when it is made; disposing removes it. What it checks stands in docs/designs/016-conformance-kit.md.
/// </summary>
internal sealed class ConformanceKit : IDisposable
{
    /// <summary>The user that the kit becomes.</summary>
    public const int UserId = 65_534;

    private const UnixFileMode OpenToAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private static readonly string[] Separate = ["probe.c", "library.c"];

    private readonly TemporaryFolder folder = new();

    /// <summary>Compiles the kit and what it runs. Throws <see cref="InvalidOperationException"/> with what the compiler said.</summary>
    public ConformanceKit()
    {
        File.SetUnixFileMode(folder.Path, OpenToAll);
        string sources = Path.Combine(AppContext.BaseDirectory, "Conformance", "Kit");
        string[] parts = [.. Directory.GetFiles(sources, "*.c").Where(file => !Separate.Contains(Path.GetFileName(file), StringComparer.Ordinal)).Order(StringComparer.Ordinal)];
        Compile([.. parts, "-o", folder["kit"], "-ldl"]);
        Compile([Path.Combine(sources, "probe.c"), "-o", folder["probe"]]);
        Compile([Path.Combine(sources, "library.c"), "-shared", "-fPIC", "-o", folder["library.so"]]);
        Probe = File.ReadAllBytes(folder["probe"]);
        Library = File.ReadAllBytes(folder["library.so"]);
    }

    /// <summary>The program that the tree has.</summary>
    public byte[] Probe { get; }

    /// <summary>The library that the tree has.</summary>
    public byte[] Library { get; }

    /// <summary>Runs all checks but those of a switch.</summary>
    /// <param name="directory">Where the tree is mounted, for the user to reach.</param>
    /// <param name="asUser">Whether the kit gives up root first.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <param name="topic">The only topic; null for all.</param>
    public async Task<ConformanceReport> RunAsync(string directory, bool asUser, CancellationToken cancellation, string? topic = null)
    {
        using ChildProcess process = Start(directory, asUser, topic is null ? [] : ["--only", topic]);
        await process.WaitAsync(cancellation);
        return ConformanceReport.Parse(process.Output, process.Error);
    }

    /// <summary>Runs the checks of a switch: all of them get ready on the first revision and go on when the tree shows the second.</summary>
    /// <param name="directory">Where the tree is mounted.</param>
    /// <param name="asUser">Whether the kit gives up root first.</param>
    /// <param name="change">Changes the tree, until the mount shows it.</param>
    /// <param name="cancellation">Kills it.</param>
    public async Task<ConformanceReport> RunOverSwitchAsync(string directory, bool asUser, Func<Task> change, CancellationToken cancellation)
    {
        using TemporaryFolder signal = new();
        File.SetUnixFileMode(signal.Path, OpenToAll);
        using ChildProcess process = Start(directory, asUser, "--go", signal["go"]);
        await process.WaitForAsync("ready", cancellation);
        await change();
        await File.WriteAllTextAsync(signal["go"], "", cancellation);
        await process.WaitAsync(cancellation);
        return ConformanceReport.Parse(process.Output, process.Error);
    }

    public void Dispose() => folder.Dispose();

    private static void Compile(params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("gcc", ["-std=gnu17", "-O1", "-w", .. arguments]) { UseShellExecute = false, RedirectStandardError = true };
        using Process compiler = Process.Start(start)!;
        string said = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        if (compiler.ExitCode != 0)
        {
            throw new InvalidOperationException($"gcc ended with {compiler.ExitCode}: {said}");
        }
    }

    private ChildProcess Start(string directory, bool asUser, params IEnumerable<string> further) =>
        ChildProcess.Start(new ProcessStartInfo(folder["kit"], [directory, .. asUser ? ["--user"] : Array.Empty<string>(), .. further]));
}
