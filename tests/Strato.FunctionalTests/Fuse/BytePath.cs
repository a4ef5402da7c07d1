using System.Text;
using Strato.Posix;

namespace Strato.FunctionalTests.Fuse;

/// <summary>Looks at files by paths in bytes.</summary>
internal static class BytePath
{
    public static byte[] Join(string directory, ReadOnlySpan<byte> name) => [.. Encoding.UTF8.GetBytes(directory + "/"), .. name];

    public static FileDescriptor Open(ReadOnlySpan<byte> path, OpenFlags flags = OpenFlags.ReadOnly)
    {
        PosixFile.Open(null, path, flags, out FileDescriptor? file).ThrowIfFailed("open", path);
        return file!;
    }

    public static FileDescriptor Open(string path, OpenFlags flags = OpenFlags.ReadOnly) => Open(Encoding.UTF8.GetBytes(path), flags);

    public static Errno TryOpen(string path)
    {
        Errno errno = PosixFile.Open(null, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly, out FileDescriptor? file);
        file?.Dispose();
        return errno;
    }

    public static Errno TryStatus(string path, out FileStatus status) => PosixPath.GetStatus(null, Encoding.UTF8.GetBytes(path), out status);

    public static FileStatus Status(ReadOnlySpan<byte> path)
    {
        PosixPath.GetStatus(null, path, out FileStatus status).ThrowIfFailed("look at", path);
        return status;
    }

    /// <summary>Reads a file to its end by calls of this size.</summary>
    public static Errno TryRead(string path, out byte[] content, int callSize = 1 << 20)
    {
        content = [];
        Errno errno = PosixFile.Open(null, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly, out FileDescriptor? file);
        if (errno != Errno.None)
        {
            return errno;
        }

        using (file)
        using (MemoryStream all = new())
        {
            byte[] buffer = new byte[callSize];
            int count;
            do
            {
                errno = PosixFile.Read(file!, buffer, out count);
                if (errno != Errno.None)
                {
                    return errno;
                }

                all.Write(buffer, 0, count);
            }
            while (count > 0);
            content = all.ToArray();
            return Errno.None;
        }
    }

    /// <summary>The names of a directory with their types, sorted, each name as Latin-1 so that every byte shows.</summary>
    public static List<(string Name, FileType Type)> List(ReadOnlySpan<byte> path, int bufferSize = 64 * 1024)
    {
        using FileDescriptor directory = Open(path, OpenFlags.Directory);
        using DirectoryReader reader = new(directory, bufferSize);
        return [.. List(reader)];
    }

    public static List<(string Name, FileType Type)> List(DirectoryReader reader)
    {
        List<(string Name, FileType Type)> names = [];
        while (true)
        {
            reader.Read(out DirectoryItem item, out bool found).ThrowIfFailed("list");
            if (!found)
            {
                names.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
                return names;
            }

            names.Add((Encoding.Latin1.GetString(item.Name), item.Type));
        }
    }
}
