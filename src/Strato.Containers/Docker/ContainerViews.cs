using System.Globalization;
using Strato.Posix;

namespace Strato.Containers.Docker;

/// <summary>Whether any container still sees something that is mounted here.</summary>
internal static class ContainerViews
{
    /// <summary>Looks into the mount tables of all other mount namespaces for the same directory of the same file system, at another place than here: there, propagation has put it.</summary>
    public static bool Contain(MountEntry mounted)
    {
        HashSet<string?> seen = [Namespace("self")];
        return Directory.EnumerateDirectories("/proc")
            .Select(path => Path.GetFileName(path)!)
            .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _) && seen.Add(Namespace(name)))
            .SelectMany(Mounts)
            .Any(entry => entry.Major == mounted.Major && entry.Minor == mounted.Minor && entry.Root.AsSpan().SequenceEqual(mounted.Root)
                && !entry.MountPoint.AsSpan().SequenceEqual(mounted.MountPoint));
    }

    private static string? Namespace(string process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/ns/mnt").LinkTarget;
        }
        catch (Exception error) when (IsOfEndedProcess(error))
        {
            return null;
        }
    }

    private static IReadOnlyList<MountEntry> Mounts(string process)
    {
        try
        {
            return MountTable.Parse(File.ReadAllBytes($"/proc/{process}/mountinfo"));
        }
        catch (Exception error) when (IsOfEndedProcess(error))
        {
            return [];
        }
    }

    // A process that ends meanwhile sees nothing any more.
    private static bool IsOfEndedProcess(Exception error) => error is IOException or UnauthorizedAccessException;
}
