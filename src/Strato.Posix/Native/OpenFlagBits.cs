using System.Runtime.InteropServices;

namespace Strato.Posix.Native;

/// <summary>The numbers of open(2)'s flags on the running architecture.</summary>
internal static class OpenFlagBits
{
    private const int CloseOnExec = 0x8_0000;

    public static int ToNative(OpenFlags flags)
    {
        // O_TMPFILE holds the bit of O_DIRECTORY, so that old kernels refuse it.
        OpenFlags complete = flags.HasFlag(OpenFlags.Temporary) ? flags | OpenFlags.Directory : flags;
        return CloseOnExec | (RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => (int)complete,
            Architecture.Arm64 => ToArm64(complete),
            Architecture other => throw new PlatformNotSupportedException($"the flags of open(2) are not known for {other}"),
        });
    }

    /// <summary>asm/fcntl.h of arm: O_DIRECTORY 040000, O_NOFOLLOW 0100000, O_DIRECT 0200000; the rest is asm-generic as on x86_64.</summary>
    internal static int ToArm64(OpenFlags flags)
    {
        const OpenFlags Differing = OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.Direct;
        int native = (int)(flags & ~Differing);
        native |= flags.HasFlag(OpenFlags.Directory) ? 0x4000 : 0;
        native |= flags.HasFlag(OpenFlags.NoFollow) ? 0x8000 : 0;
        native |= flags.HasFlag(OpenFlags.Direct) ? 0x1_0000 : 0;
        return native;
    }
}
