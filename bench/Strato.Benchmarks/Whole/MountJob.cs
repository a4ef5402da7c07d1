namespace Strato.Benchmarks.Whole;

/// <summary>One thing to do to a tree, on the disk or mounted.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Command">A line of shell in which <c>{0}</c> is the tree's directory.</param>
/// <param name="DropsBefore">What the kernel forgets before each run: 0 for nothing, or what drop_caches takes.</param>
internal sealed record MountJob(string Name, string Command, int DropsBefore = 0)
{
    /// <summary>The kernel's directory entries and inodes.</summary>
    public const int Entries = 2;

    /// <summary>Those and the pages of all files.</summary>
    public const int Everything = 3;

    /// <summary>Reads all of a tree once, unmeasured.</summary>
    public static void Read(string directory) => _ = new MountJob("", "find '{0}' -type f -print0 | xargs -0 cat > /dev/null").Run(directory);

    /// <summary>Does it; gives the wall-clock seconds.</summary>
    public double Run(string directory)
    {
        if (DropsBefore == Everything)
        {
            // Only pages that have been written out can be dropped.
            _ = TimedCommand.Shell("sync");
        }

        if (DropsBefore != 0)
        {
            File.WriteAllText("/proc/sys/vm/drop_caches", $"{DropsBefore}");
        }

        return TimedCommand.Shell(Command.Replace("{0}", directory, StringComparison.Ordinal));
    }
}
