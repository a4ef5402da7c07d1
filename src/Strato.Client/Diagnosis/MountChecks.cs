using System.Text;
using Strato.Core.Configuration;
using Strato.Core.Paths;
using Strato.Posix;

namespace Strato.Client.Diagnosis;

/// <summary>Looks at what is mounted: dead and hanging mounts, and what is in the way.</summary>
internal static class MountChecks
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Everything.</summary>
    /// <param name="request">What is looked at.</param>
    /// <param name="cancellation">The caller gives up.</param>
    /// <returns>The findings, and the mount points that must not be touched because whoever does waits.</returns>
    public static async Task<(IReadOnlyList<Finding> Findings, IReadOnlyList<string> Hanging)> RunAsync(DiagnosisRequest request, CancellationToken cancellation)
    {
        byte[] table;
        try
        {
            table = await File.ReadAllBytesAsync(request.Root + "/proc/self/mountinfo", cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ([Finding.Warning("mounts", $"what is mounted is not known: {error.Message}", "see to it that /proc is mounted")], []);
        }

        IReadOnlyList<MountEntry> mounts = MountTable.Parse(table);
        List<Finding> findings = [];
        List<string> hanging = [];
        (MountEntry Mount, Finding Finding, bool Hangs)[] looks = await Task.WhenAll(mounts.Where(IsRepository).Select(mount => LookAsync(request, mount, cancellation)));
        foreach ((MountEntry mount, Finding finding, bool hangs) in looks)
        {
            findings.Add(finding);
            if (hangs)
            {
                hanging.Add(Encoding.UTF8.GetString(mount.MountPoint));
            }
        }

        findings.AddRange(mounts.Where(IsAutofs).Select(mount => Finding.Warning(
            "mounts",
            $"the kernel's autofs serves {Shown(mount)}",
            $"before 'strato mount --all {Shown(mount)}' take it out of auto.master and auto.master.d and restart autofs, or mount elsewhere")));
        return (findings.Count > 0 ? findings : [Finding.Ok("mounts", "no repository is mounted, and nothing is in the way")], hanging);
    }

    /// <summary>Strato's mounts, and the genuine client's, which have no subtype and its name as their source.</summary>
    private static bool IsRepository(MountEntry mount) =>
        mount.IsFuse && (mount.Type is "fuse.strato" or "fuse.cvmfs2" or "fuse.cvmfs" || mount.Source.AsSpan().SequenceEqual("cvmfs2"u8));

    private static bool IsAutofs(MountEntry mount) => mount.Type == "autofs" && mount.MountPoint.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(ConfigurationDefaults.MountFolder));

    /// <summary>
    /// Touches a mount. One whose daemon hangs holds whoever touches it, perhaps even against SIGKILL, and a process does not end before its threads: so
    /// another process does it, which is left behind if need be.
    /// </summary>
    private static async Task<(MountEntry Mount, Finding Finding, bool Hangs)> LookAsync(DiagnosisRequest request, MountEntry mount, CancellationToken cancellation)
    {
        byte[] path = [.. Encoding.UTF8.GetBytes(request.Root), .. mount.MountPoint];
        Pipe.Create(out FileDescriptor? reader, out FileDescriptor? writer).ThrowIfFailed("make a pipe");
        using (reader)
        {
            SpawnedProgram? toucher;
            using (writer)
            {
                Dictionary<string, string> language = new(StringComparer.Ordinal) { ["LC_ALL"] = "C" };
                SpawnedProgram.Start("stat", [.. (byte[][])["-f"u8.ToArray(), "--"u8.ToArray(), path]], language, [(writer!, 1), (writer!, 2)], out toucher).ThrowIfFailed("start stat");
            }

            long started = request.Clock.GetTimestamp();
            int code;
            while (!toucher!.TryReap(out code))
            {
                if (request.Clock.GetElapsedTime(started) > request.Patience)
                {
                    PosixProcess.Kill(toucher.Id, Signal.Kill);
                    return (mount, Hanging(request, mount), true);
                }

                await Task.Delay(Interval, cancellation);
            }

            byte[] text = new byte[4096];
            PosixFile.Read(reader!, text, out int length).ThrowIfFailed("read what stat says");
            return (mount, code == 0 ? Finding.Ok("mounts", $"{Shown(mount)} ({mount.Type}) answers") : Failed(mount, Encoding.UTF8.GetString(text, 0, length)), false);
        }
    }

    private static Finding Hanging(DiagnosisRequest request, MountEntry mount)
    {
        string abort = mount.Major == 0 ? $", or end it with 'echo 1 > /sys/fs/fuse/connections/{mount.Minor}/abort'" : "";
        return Finding.Problem(
            "mounts", $"{Shown(mount)} ({mount.Type}) has not answered for {request.Patience.TotalSeconds:0.#} seconds", $"look at its daemon and its log{abort}");
    }

    private static Finding Failed(MountEntry mount, string complaint) =>
        complaint.Contains("not connected", StringComparison.Ordinal) || complaint.Contains("connection abort", StringComparison.Ordinal)
            ? Finding.Problem("mounts", $"the daemon of {Shown(mount)} ({mount.Type}) is gone", $"unmount it (strato umount {Shown(mount)}, or umount -l) and mount it again")
            : Finding.Problem(
                "mounts", $"{Shown(mount)} ({mount.Type}) does not work: {complaint.ReplaceLineEndings(" ").Trim()}", $"look at its log (strato talk {Shown(mount)} status), or unmount it");

    private static string Shown(MountEntry mount) => BytesText.Escape(mount.MountPoint);
}
