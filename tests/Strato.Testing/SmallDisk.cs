using System.Diagnostics;
using System.Globalization;
using Strato.Posix;

namespace Strato.Testing;

/// <summary>A file system in memory with little room, mounted on a folder of its own until it is disposed. Needs root.</summary>
public sealed class SmallDisk : IDisposable
{
    /// <summary>The unit in which room is given out.</summary>
    public const int PageLength = 4096;

    private readonly TemporaryFolder folder = new();

    /// <summary>Mounts one.</summary>
    /// <param name="megabytes">Its size.</param>
    public SmallDisk(int megabytes)
    {
        try
        {
            Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "strato-test", folder.Path);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Why none can be mounted; null where one can.</summary>
    public static string? WhyImpossible => PosixProcess.EffectiveUserId == 0 ? null : "mounting a small disk needs root";

    /// <summary>Where it is mounted.</summary>
    public string Path => folder.Path;

    private string Filler => folder["filler"];

    /// <summary>The path of something on it.</summary>
    public string this[string name] => folder[name];

    /// <summary>Takes all room but some pages.</summary>
    public void FillUp(int pagesLeft = 0)
    {
        using FileStream filler = new(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = new byte[PageLength];
        for (long pages = (new DriveInfo(Path).AvailableFreeSpace / PageLength) - pagesLeft; pages > 0; pages--)
        {
            filler.Write(page);
        }
    }

    /// <summary>Gives back what <see cref="FillUp"/> took.</summary>
    public void MakeRoom() => File.Delete(Filler);

    public void Dispose()
    {
        Run("umount", "-l", folder.Path);
        folder.Dispose();
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed with {process.ExitCode}");
        }
    }
}
