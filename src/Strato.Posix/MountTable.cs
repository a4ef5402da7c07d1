using System.Buffers;
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
        byte[] content = Rent(out int length);
        try
        {
            return Parse(content.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(content);
        }
    }

    /// <summary>The topmost mount at exactly this canonical path, or null.</summary>
    public static MountEntry? Find(ReadOnlySpan<byte> mountPoint)
    {
        byte[] content = Rent(out int length);
        try
        {
            // A node has a line for each volume of each pod, and this is asked for each of them: lines of others become no objects.
            MountEntry? found = null;
            ReadOnlySpan<byte> table = content.AsSpan(0, length);
            foreach (Range range in table.Split((byte)'\n'))
            {
                if (MayBeAt(table[range], mountPoint) && ParseLine(table[range]) is { } entry && entry.MountPoint.AsSpan().SequenceEqual(mountPoint))
                {
                    found = entry;
                }
            }

            return found;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(content);
        }
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

    /// <summary>Reads the file to its end into an array of the pool.</summary>
    private static byte[] Rent(out int length)
    {
        ReadOnlySpan<byte> path = "/proc/self/mountinfo"u8;
        PosixFile.Open(null, path, OpenFlags.ReadOnly, out FileDescriptor? file).ThrowIfFailed("open", path);
        using (file)
        {
            byte[] content = ArrayPool<byte>.Shared.Rent(64 << 10);
            length = 0;
            while (true)
            {
                if (length == content.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(content.Length * 2);
                    content.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(content);
                    content = larger;
                }

                Errno errno = PosixFile.Read(file!, content.AsSpan(length), out int count);
                if (errno != Errno.None)
                {
                    ArrayPool<byte>.Shared.Return(content);
                    errno.ThrowIfFailed("read", path);
                }

                if (count == 0)
                {
                    return content;
                }

                length += count;
            }
        }
    }

    /// <summary>Whether the fifth field is this path, or has something escaped.</summary>
    private static bool MayBeAt(ReadOnlySpan<byte> line, ReadOnlySpan<byte> mountPoint)
    {
        for (int field = 0; field < 4; field++)
        {
            int space = line.IndexOf((byte)' ');
            if (space < 0)
            {
                return false;
            }

            line = line[(space + 1)..];
        }

        int end = line.IndexOf((byte)' ');
        return end >= 0 && (line[..end].SequenceEqual(mountPoint) || line[..end].Contains((byte)'\\'));
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
