using System.Globalization;
using System.Text;
using Strato.Posix;

namespace Strato.Fuse.Handover;

/// <summary>How much this process invites the OOM killer: /proc/self/oom_score_adj, which children inherit.</summary>
public static class OutOfMemoryScore
{
    /// <summary>Never to be chosen.</summary>
    public const int Never = -1000;

    private static ReadOnlySpan<byte> Path => "/proc/self/oom_score_adj"u8;

    /// <summary>The score; 0 where /proc does not tell.</summary>
    public static int Read()
    {
        Span<byte> text = stackalloc byte[16];
        if (PosixFile.Open(null, Path, OpenFlags.ReadOnly, out FileDescriptor? file) != Errno.None)
        {
            return 0;
        }

        using (file)
        {
            return PosixFile.Read(file!, text, out int count) == Errno.None
                && int.TryParse(text[..count].TrimEnd((byte)'\n'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int score)
                ? score
                : 0;
        }
    }

    /// <summary>Changes the score. Lowering it is root's.</summary>
    public static Errno TryWrite(int score)
    {
        Errno errno = PosixFile.Open(null, Path, OpenFlags.WriteOnly, out FileDescriptor? file);
        if (errno != Errno.None)
        {
            return errno;
        }

        using (file)
        {
            return PosixFile.WriteAll(file!, Encoding.ASCII.GetBytes(score.ToString(CultureInfo.InvariantCulture)));
        }
    }
}
