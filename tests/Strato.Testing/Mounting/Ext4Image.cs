using System.Diagnostics;
using System.Globalization;
using Strato.Posix;

namespace Strato.Testing.Mounting;

/// <summary>
/// A file with an ext4 of its own, mounted on a directory that everybody may reach: the kernel's own answers to compare with. Needs root, e2fsprogs and loop
/// devices. Disposing unmounts and removes it.
/// </summary>
public sealed class Ext4Image : IDisposable
{
    private const string Options = "nosuid,nodev,noatime";

    private readonly TemporaryFolder folder = new();

    /// <summary>Makes one, or a copy of another's content, and mounts it to be written.</summary>
    /// <param name="megabytes">Its size.</param>
    /// <param name="inodes">How many entries it can have.</param>
    public Ext4Image(int megabytes, int inodes)
        : this(image =>
        {
            using (FileStream file = File.Create(image))
            {
                file.SetLength((long)megabytes << 20);
            }

            Run("mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", "-O", "^has_journal", "-N", inodes.ToString(CultureInfo.InvariantCulture), image);
        })
    {
        System.IO.Directory.Delete(Path.Combine(Directory, "lost+found"));
    }

    private Ext4Image(Action<string> make)
    {
        System.IO.Directory.CreateDirectory(Directory);
        try
        {
            make(Image);
            Run("mount", "-t", "ext4", "-o", "loop," + Options, Image, Directory);
        }
        catch
        {
            folder.Dispose();
            throw;
        }

        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
    }

    /// <summary>Why none can be made here; null where one can.</summary>
    public static string? WhyImpossible =>
        PosixProcess.EffectiveUserId != 0 ? "mounting an ext4 image needs root"
        : !File.Exists("/dev/loop-control") ? "there are no loop devices here"
        : !File.Exists("/usr/sbin/mkfs.ext4") && !File.Exists("/sbin/mkfs.ext4") ? "mkfs.ext4 (package e2fsprogs) is not installed"
        : null;

    /// <summary>Where it is mounted.</summary>
    public string Directory => folder["mounted"];

    private string Image => folder["image"];

    /// <summary>Another image with the same content, which must be mounted read-only.</summary>
    public Ext4Image Copy() => new(image => Run("cp", "--sparse=always", Image, image));

    /// <summary>Nothing can be written any more, by anybody.</summary>
    public void MakeReadOnly() => Run("mount", "-o", "remount,ro," + Options, Directory);

    /// <summary>Mounts it in another way.</summary>
    public void Remount(string options) => Run("mount", "-o", "remount," + options, Directory);

    public void Dispose()
    {
        Run("umount", "-l", Directory);
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
