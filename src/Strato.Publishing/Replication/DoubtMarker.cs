using System.Text;
using Strato.Posix;

namespace Strato.Publishing.Replication;

/// <summary>
/// The file <c>doubt</c> of a replica's folder. While it is there, a catalog in the store need not stand for all below it: a snapshot was
/// under way when power was lost (the boot's id in the file is not the present one), a collection was deleting, or somebody wrote another word
/// into it because objects were deleted by hand. Under the replica's lock.
/// </summary>
internal sealed class DoubtMarker(string folder)
{
    private const string Sweep = "sweep";

    private string? before = Sweep;

    private string File => Path.Combine(folder, "doubt");

    /// <summary>True where what is in the store has to be looked at again.</summary>
    public bool IsDoubtful
    {
        get
        {
            try
            {
                return System.IO.File.ReadAllText(File).Trim() != Boot();
            }
            catch (FileNotFoundException)
            {
                return false;
            }
        }
    }

    /// <summary>Says that objects are put from now on. A doubt that is there stays.</summary>
    public void BeginSnapshot()
    {
        if (!System.IO.File.Exists(File))
        {
            Write(Boot());
        }
    }

    /// <summary>Says that everything in the store is durable, and each catalog stands for all below it.</summary>
    public void Resolve() => System.IO.File.Delete(File);

    /// <summary>Says that objects are deleted from now on.</summary>
    public void BeginSweep()
    {
        before = IsDoubtful ? Sweep : System.IO.File.Exists(File) ? Boot() : null;
        Write(Sweep);
    }

    /// <summary>Says that only catalogs are left that stand for all below them, as far as they did before: what was in doubt when the sweep began still is.</summary>
    public void EndSweep()
    {
        if (before is null)
        {
            Resolve();
        }
        else if (before != Sweep)
        {
            Write(before);
        }
    }

    private static string Boot() => System.IO.File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    private void Write(string content)
    {
        string made = File + ".new";
        using (FileStream file = new(made, FileMode.Create, FileAccess.Write))
        {
            file.Write(Encoding.ASCII.GetBytes(content + "\n"));
            file.Flush(flushToDisk: true);
        }

        System.IO.File.Move(made, File, overwrite: true);
        byte[] path = Encoding.UTF8.GetBytes(folder);
        PosixFile.Open(null, path, OpenFlags.Directory, out FileDescriptor? directory).ThrowIfFailed("doubt: open", path);
        using (directory)
        {
            Durability.Sync(directory!).ThrowIfFailed("doubt: sync", path);
        }
    }
}
