using System.Diagnostics;
using Strato.Posix;
using Strato.Testing.Processes;

namespace Strato.Testing.Genuine;

/// <summary>The tools of a CernVM-FS installation, where the machine has one in its PATH.</summary>
public static class GenuineTools
{
    /// <summary>The client.</summary>
    public const string Client = "cvmfs2";

    /// <summary>Server tools: check, scrub, pull.</summary>
    public const string Swissknife = "cvmfs_swissknife";

    /// <summary>The checker of a client's cache.</summary>
    public const string CacheChecker = "cvmfs_fsck";

    /// <summary>Talks to a mounted client.</summary>
    public const string Talk = "cvmfs_talk";

    /// <summary>How long one run of a tool may take.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    /// <summary>Why tests with the genuine client and tools cannot run here, or null where they can.</summary>
    public static string? WhyAbsent
    {
        get
        {
            string[] missing = [.. new[] { Client, Swissknife, CacheChecker, Talk }.Where(tool => Find(tool) is null)];
            return missing.Length > 0 ? $"no {string.Join(", ", missing)} in PATH: CernVM-FS is not installed"
                : PosixProcess.EffectiveUserId != 0 ? "the genuine client is mounted by root only"
                : !File.Exists("/dev/fuse") ? "no /dev/fuse: the kernel's FUSE is not there"
                : null;
        }
    }

    /// <summary>Runs a tool to its end. Throws <see cref="TimeoutException"/>, after killing it, where it takes longer than <see cref="Bound"/>.</summary>
    public static async Task<ToolOutcome> RunAsync(string tool, CancellationToken cancellation, params IEnumerable<string> arguments)
    {
        string program = Find(tool) ?? throw new InvalidOperationException($"no {tool} in PATH");
        using CancellationTokenSource bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(Bound);
        using ChildProcess process = ChildProcess.Start(new ProcessStartInfo(program, arguments));
        try
        {
            int code = await process.WaitAsync(bounded.Token);
            return new ToolOutcome(code, process.Output + process.Error);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{tool} {string.Join(' ', arguments)} took longer than {Bound}: {process.Output}{process.Error}", late);
        }
    }

    /// <summary>The path of a program in PATH, or null.</summary>
    internal static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
