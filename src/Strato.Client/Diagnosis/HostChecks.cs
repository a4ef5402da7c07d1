using System.Globalization;
using Strato.Core.Native;

namespace Strato.Client.Diagnosis;

/// <summary>Looks at what a mount needs of the machine.</summary>
internal static class HostChecks
{
    private const string Device = "/dev/fuse";

    /// <summary>The bit of CAP_SYS_ADMIN, without which not even root may mount (capabilities(7)).</summary>
    private const ulong SysAdmin = 1UL << 21;

    /// <summary>Descriptors that a mount with many open files needs.</summary>
    private const long EnoughDescriptors = 16384;

    /// <summary>RESEND and passthrough came with it.</summary>
    private static readonly Version WholeFuse = new(6, 9);

    /// <summary>Epochs and pruning, with which names are dropped as soon as nobody uses them, came with it.</summary>
    private static readonly Version NewestFuse = new(6, 18);

    /// <summary>Everything.</summary>
    public static IEnumerable<Finding> Run(DiagnosisRequest request) =>
        [CheckDevice(request), .. CheckPrivileges(request), CheckKernel(request), .. CheckContainer(request), CheckDescriptors(request), .. CheckLibraries(request)];

    private static Finding CheckDevice(DiagnosisRequest request)
    {
        if (!File.Exists(request.Root + Device))
        {
            return Finding.Problem("fuse", $"there is no {Device}", $"load the module (modprobe fuse), or give the container the device (--device {Device})");
        }

        try
        {
            File.OpenHandle(request.Root + Device, FileMode.Open, FileAccess.ReadWrite).Dispose();
            return Finding.Ok("fuse", $"{Device} can be opened");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Finding.Problem("fuse", $"{Device} cannot be opened: {error.Message}", $"let this user open it (chmod 666 {Device}), or allow the container the device");
        }
    }

    private static IEnumerable<Finding> CheckPrivileges(DiagnosisRequest request)
    {
        if (request.IsRoot)
        {
            string? line = Lines(request, "/proc/self/status").FirstOrDefault(text => text.StartsWith("CapEff:", StringComparison.Ordinal));
            bool isKnown = ulong.TryParse(line.AsSpan(line is null ? 0 : "CapEff:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong capabilities);
            yield return isKnown && (capabilities & SysAdmin) == 0
                ? Finding.Problem("fuse", "root may not mount here: CAP_SYS_ADMIN is missing", "give the container that capability (--cap-add SYS_ADMIN), or mount outside of it")
                : Finding.Ok("fuse", "root may mount");
        }
        else
        {
            yield return request.SearchPath.Split(':').Any(folder => File.Exists(Path.Combine(folder, "fusermount3")))
                ? Finding.Ok("fuse", "fusermount3 mounts for this user, who alone sees what is mounted")
                : Finding.Problem("fuse", "fusermount3, which mounts for those who are not root, is not in the PATH", "install the package fuse3");
        }
    }

    private static Finding CheckKernel(DiagnosisRequest request)
    {
        string release = Lines(request, "/proc/sys/kernel/osrelease").FirstOrDefault() ?? "";
        string[] parts = release.Split('.', '-');
        if (parts.Length < 2 || !Version.TryParse($"{parts[0]}.{parts[1]}", out Version? version))
        {
            return Finding.Warning("kernel", $"the kernel's version is not known ('{release}')", "see to it that /proc is mounted");
        }

        return version < WholeFuse
            ? Finding.Warning(
                "kernel",
                $"Linux {release} cannot send requests again (RESEND) or read the cache by itself (PASSTHROUGH), unless its distribution added that: mounts do not outlive their daemon",
                $"Linux {WholeFuse} or later can")
            : version < NewestFuse
            ? Finding.Ok("kernel", $"Linux {release} has RESEND and PASSTHROUGH, but drops unused names only when memory gets short: idle repositories stay attached (better from {NewestFuse} on)")
            : Finding.Ok("kernel", $"Linux {release} has RESEND, PASSTHROUGH and INC_EPOCH");
    }

    private static IEnumerable<Finding> CheckContainer(DiagnosisRequest request)
    {
        string[] map = (Lines(request, "/proc/self/uid_map").FirstOrDefault() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (map.Length == 3 && map is not ["0", "0", "4294967295"])
        {
            yield return Finding.Warning(
                "container",
                "this is a user namespace: the kernel does not read the cache by itself, and users outside do not see what is mounted",
                "mount on the host and bind-mount into the container, where that matters");
        }
        else if (File.Exists(request.Root + "/.dockerenv") || File.Exists(request.Root + "/run/.containerenv"))
        {
            yield return Finding.Ok("container", "this is a container: others see what is mounted only where it propagates (bind-mount with rshared)");
        }
    }

    private static Finding CheckDescriptors(DiagnosisRequest request)
    {
        // Max open files            1024                 524288               files
        string[] fields = (Lines(request, "/proc/self/limits").FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal)) ?? "")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 5)
        {
            return Finding.Warning("limits", "the limit of open files is not known", "see to it that /proc is mounted");
        }

        return fields[4] == "unlimited" || (long.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out long hard) && hard >= EnoughDescriptors)
            ? Finding.Ok("limits", $"{fields[4]} files may be open")
            : Finding.Warning(
                "limits",
                $"only {fields[4]} files may be open",
                string.Create(CultureInfo.InvariantCulture, $"raise the hard limit to {EnoughDescriptors} or more (ulimit -Hn, LimitNOFILE= of a systemd service)"));
    }

    private static IEnumerable<Finding> CheckLibraries(DiagnosisRequest request)
    {
        foreach (SystemLibrary missing in request.Libraries.Where(library => !library.IsPresent))
        {
            yield return Finding.Problem("libraries", $"{missing.Name} cannot be loaded", $"install the package {missing.Package}");
        }

        if (request.Libraries.All(library => library.IsPresent))
        {
            yield return Finding.Ok("libraries", $"{string.Join(", ", request.Libraries.Select(library => library.Name))} are there");
        }
    }

    private static string[] Lines(DiagnosisRequest request, string path)
    {
        try
        {
            return File.ReadAllLines(request.Root + path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
