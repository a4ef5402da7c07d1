using Strato.Core;

namespace Strato.Quickstart;

/// <summary>Finds out whether this user can mount at all, before any work is done for nothing.</summary>
internal static class FuseSupport
{
    /// <summary>Throws where something is missing.</summary>
    /// <exception cref="StratoException">Says what is missing and how to get it.</exception>
    public static void Require(CommandContext context)
    {
        if (!File.Exists("/dev/fuse"))
        {
            throw new StratoException("mounting needs FUSE, and there is no /dev/fuse: load the module (modprobe fuse), or give the container the device (--device /dev/fuse)");
        }

        try
        {
            File.OpenHandle("/dev/fuse", FileMode.Open, FileAccess.ReadWrite).Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"mounting needs FUSE, and /dev/fuse cannot be opened: {failure.Message}", failure);
        }

        bool hasHelper = (context.Environment("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "fusermount3")));
        if (!context.IsRoot && !hasHelper)
        {
            throw new StratoException("mounting without being root needs fusermount3, which is not in the PATH: install the package fuse3");
        }
    }
}
