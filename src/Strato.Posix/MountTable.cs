using System.Globalization;
using System.Text;

namespace Strato.Posix;

/// <summary>
/// What is mounted in this process's mount namespace, from /proc/self/mountinfo (proc(5)). Reading it asks no file system anything, so a dead
/// or hanging one is listed like any other.
/// </summary>
public static class MountTable
{
    /// <summary>All mounts, later ones on top of earlier ones. Throws <see cref="PosixException"/> where /proc cannot be read.</summary>
    public static IReadOnlyList<MountEntry> Read()
    {
        ReadOnlySpan<byte> path = "/proc/self/mountinfo"u8;
        PosixFile.Open(null, path, OpenFlags.ReadOnly, out FileDescriptor? file).ThrowIfFailed("open", path);
        using FileStream stream = new(file!.TransferToFileHandle(), FileAccess.Read);
        using MemoryStream content = new();
        stream.CopyTo(content);
        return Parse(content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    /// <summary>The topmost mount at exactly this canonical path, or null.</summary>
    public static MountEntry? Find(ReadOnlySpan<byte> mountPoint)
    {
        MountEntry? found = null;
        foreach (MountEntry entry in Read())
        {
            found = entry.MountPoint.AsSpan().SequenceEqual(mountPoint) ? entry : found;
        }

        return found;
    }

    /// <summary>Reads the lines that are understood; the kernel adds optional fields over time.</summary>
    public static IReadOnlyList<MountEntry> Parse(ReadOnlySpan<byte> content)
    {
        List<MountEntry> entries = [];
        foreach (Range range in content.Split((byte)'\n'))
        {
            if (ParseLine(content[range]) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    /// <summary>Fields: id, parent, major:minor, root, mount point, options, optional ones, a dash, type, source, superblock options.</summary>
    private static MountEntry? ParseLine(ReadOnlySpan<byte> line)
    {
        string[] fields = Encoding.Latin1.GetString(line).Split(' ');
        int dash = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
        if (dash < 0 || dash + 3 >= fields.Length)
        {
            return null;
        }

        string[] device = fields[2].Split(':');
        return device.Length == 2
            && uint.TryParse(device[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint major)
            && uint.TryParse(device[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint minor)
            ? new MountEntry(major, minor, Unescape(fields[3]), Unescape(fields[4]), fields[dash + 1], Unescape(fields[dash + 2]), $"{fields[5]},{fields[dash + 3]}")
            : null;
    }

    /// <summary>Space, tab, newline and backslash are written as a backslash and three octal digits.</summary>
    private static byte[] Unescape(string latin1)
    {
        List<byte> bytes = new(latin1.Length);
        for (int i = 0; i < latin1.Length; i++)
        {
            bool escaped = latin1[i] == '\\' && i + 3 < latin1.Length && latin1.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0;
            if (escaped)
            {
                bytes.Add((byte)(((latin1[i + 1] - '0') << 6) | ((latin1[i + 2] - '0') << 3) | (latin1[i + 3] - '0')));
                i += 3;
            }
            else
            {
                bytes.Add((byte)latin1[i]);
            }
        }

        return [.. bytes];
    }
}
