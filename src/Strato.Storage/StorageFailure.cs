using Strato.Core;
using Strato.Posix;

namespace Strato.Storage;

/// <summary>Puts failed system calls on a store or a cache into the one line that a person reads.</summary>
internal static class StorageFailure
{
    /// <summary>Makes the exception for a call that failed.</summary>
    /// <param name="doing">What was being done, such as <c>storing an object</c>.</param>
    /// <param name="place">The file or directory.</param>
    /// <param name="errno">What the kernel said.</param>
    public static StratoException Make(string doing, string place, Errno errno) =>
        new($"{doing} in {place} failed: {errno.Describe()}{Advice(errno)}");

    /// <summary>Throws for anything but success.</summary>
    public static void ThrowIfFailed(this Errno errno, string doing, string place)
    {
        if (errno != Errno.None)
        {
            throw Make(doing, place, errno);
        }
    }

    private static string Advice(Errno errno) => errno switch
    {
        Errno.ENOSPC or Errno.EDQUOT => "; free some space and try again",
        Errno.EACCES or Errno.EPERM => "; run as the user who owns it",
        Errno.EROFS => "; remount it writable",
        Errno.EMFILE or Errno.ENFILE => "; raise the limit of open files (ulimit -n)",
        Errno.EIO => "; check the disk",
        _ => string.Empty,
    };
}
