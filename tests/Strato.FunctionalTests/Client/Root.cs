using System.Diagnostics;
using System.Text;
using Strato.Posix;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Client;

/// <summary>What tests ask of a mount of all repositories, from outside of it.</summary>
internal static class Root
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>A path in a repository of a farm.</summary>
    public static string PathOf(StratoMount mount, string first, string path = "") => Path.Combine(mount.Directory, RepositoryFarm.Name(first), path).TrimEnd('/');

    /// <summary>What the root lists, sorted.</summary>
    public static string[] NamesIn(StratoMount mount) =>
        [.. Directory.GetFileSystemEntries(mount.Directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>What looking at a path gives.</summary>
    public static Errno Look(string path) => PosixPath.GetStatus(null, Encoding.UTF8.GetBytes(path), out _);

    /// <summary>What is at a path.</summary>
    public static FileStatus StatusOf(string path)
    {
        PosixPath.GetStatus(null, Encoding.UTF8.GetBytes(path), out FileStatus status).ThrowIfFailed("stat", Encoding.UTF8.GetBytes(path));
        return status;
    }

    /// <summary>Runs a program that must not wait for anything; answers its exit code.</summary>
    public static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using ChildProcess process = ChildProcess.Start(new ProcessStartInfo(program, arguments));
        return await process.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until a repository's state is as told.</summary>
    public static async Task WaitForStateAsync(StratoMount mount, string first, string state)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        while (!(await mount.TalkAsync(cancellation, "status")).Contains($"{RepositoryFarm.Name(first)}  {state}", StringComparison.Ordinal))
        {
            await Task.Delay(100, cancellation);
        }
    }
}
