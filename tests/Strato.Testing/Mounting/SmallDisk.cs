using System.Diagnostics;
using Strato.Posix;

namespace Strato.Testing.Mounting;

/// <summary>A disk of a few megabytes in memory, at a directory of its own, which can be filled to the brim. Needs root. Disposing removes it.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Makes and mounts it.</summary>
    public SmallDisk(int megabytes) => Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,nr_inodes=4000", "strato-small-disk", folder.Path);

    /// <summary>True where such disks can be made.</summary>
    public static bool IsPossible => PosixProcess.EffectiveUserId == 0;

    /// <summary>Where it is mounted.</summary>
    public string Directory => folder.Path;

    private string Filler => folder["filler"];

    /// <summary>Writes until there is no room for another byte.</summary>
    public void Fill()
    {
        using FileStream filler = new(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] block = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(block);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Free() => File.Delete(Filler);

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
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        }
    }
}
