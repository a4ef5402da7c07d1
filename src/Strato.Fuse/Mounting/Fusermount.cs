using System.Text;
using Strato.Posix;

namespace Strato.Fuse.Mounting;

/// <summary>
/// The set-user-id program that mounts for those who may not. It opens /dev/fuse itself, passes the descriptor over a socket whose number
/// stands in _FUSE_COMMFD, and ends.
/// </summary>
internal static class Fusermount
{
    private const string Program = "fusermount3";
    private const int SocketInProgram = 3;
    private const int StandardError = 2;
    private const int LongestComplaint = 4096;

    /// <summary>Mounts on a canonical path and gives the device.</summary>
    public static FileDescriptor Mount(byte[] target, byte[] options)
    {
        DescriptorSocket.CreatePair(out FileDescriptor? ours, out FileDescriptor? theirs).ThrowIfFailed("make a socket pair");
        using (ours)
        using (theirs)
        {
            Dictionary<string, string> environment = new(StringComparer.Ordinal) { ["_FUSE_COMMFD"] = $"{SocketInProgram}" };
            string complaint = Run(["-o"u8.ToArray(), options, "--"u8.ToArray(), target], environment, theirs!, out int exitCode);
            theirs!.Dispose();
            Span<byte> sign = stackalloc byte[1];
            FileDescriptor? device = null;
            if (exitCode == 0)
            {
                DescriptorSocket.Receive(ours!, sign, out _, out device).ThrowIfFailed($"receive the FUSE device from {Program}");
            }

            return device ?? throw FuseMount.Failed(Errno.EPERM, target, Explain(complaint, exitCode));
        }
    }

    /// <summary>Unmounts a canonical path.</summary>
    public static void Unmount(byte[] target, bool detach)
    {
        List<byte[]> arguments = ["-u"u8.ToArray(), .. detach ? ["-z"u8.ToArray()] : Array.Empty<byte[]>(), "--"u8.ToArray(), target];
        string complaint = Run(arguments, new Dictionary<string, string>(StringComparer.Ordinal), null, out int exitCode);
        if (exitCode != 0)
        {
            bool busy = complaint.Contains("busy", StringComparison.OrdinalIgnoreCase);
            throw new FuseMountException(
                busy ? Errno.EBUSY : Errno.EPERM, $"cannot unmount {FuseMount.Show(target)}: {Explain(complaint, exitCode)}");
        }
    }

    /// <summary>What the program said, with what to do about it where that is known.</summary>
    internal static string Explain(string complaint, int exitCode)
    {
        string reason = complaint.ReplaceLineEndings(" ").Trim();
        return reason.Length == 0 ? $"{Program} ended with exit code {exitCode}"
            : reason.Contains("user_allow_other", StringComparison.Ordinal) ? $"{reason}; put that line there, or mount without allow_other"
            : reason.Contains("open /dev/fuse", StringComparison.Ordinal) ? $"{reason}; it is open to all on most machines (chmod 666 /dev/fuse)"
            : reason;
    }

    private static string Run(
        IEnumerable<byte[]> arguments, Dictionary<string, string> environment, FileDescriptor? socket, out int exitCode)
    {
        Pipe.Create(out FileDescriptor? reader, out FileDescriptor? writer).ThrowIfFailed("make a pipe");
        using (reader)
        using (writer)
        {
            List<(FileDescriptor, int)> descriptors = [(writer!, StandardError)];
            if (socket is not null)
            {
                descriptors.Add((socket, SocketInProgram));
            }

            Errno errno = SpawnedProgram.Start(Program, arguments, environment, descriptors, out SpawnedProgram? child);
            if (errno == Errno.ENOENT)
            {
                throw new FuseMountException(
                    errno, $"cannot mount or unmount: {Program}, which does it for users other than root, is not there; install the package fuse3");
            }

            errno.ThrowIfFailed($"start {Program}");
            writer!.Dispose();
            string complaint = ReadComplaint(reader!);
            child!.WaitForExit(out exitCode).ThrowIfFailed($"wait for {Program}");
            return complaint;
        }
    }

    private static string ReadComplaint(FileDescriptor reader)
    {
        byte[] text = new byte[LongestComplaint];
        byte[] rest = new byte[LongestComplaint];
        int length = 0;
        int count;
        do
        {
            bool full = length == text.Length;
            PosixFile.Read(reader, full ? rest : text.AsSpan(length), out count).ThrowIfFailed($"read what {Program} says");
            length += full ? 0 : count;
        }
        while (count > 0);
        return Encoding.UTF8.GetString(text, 0, length);
    }
}
