using Strato.Posix;

namespace Strato.Publishing.Synchronizing;

/// <summary>
/// The directories from a tree's root to where a walk is, open. Each step opens what is new on the way, relative to what is open already. One thread.
/// </summary>
internal sealed class SourcePath : IDisposable
{
    private readonly byte[] root;
    private readonly List<(int Length, FileDescriptor Directory)> way = [];
    private byte[] current = [];

    /// <summary>Begins at a tree's root.</summary>
    public SourcePath(byte[] root) => this.root = root;

    /// <summary>Goes to a directory and returns it open, which lasts until the next call; null where it cannot be opened.</summary>
    /// <param name="path">Its path relative to the root: names, each after a slash; empty for the root.</param>
    public FileDescriptor? Enter(byte[] path)
    {
        int same = path.AsSpan().CommonPrefixLength(current);
        while (way.Count > 0 && !IsAbove(way[^1].Length, same, path))
        {
            way[^1].Directory.Dispose();
            way.RemoveAt(way.Count - 1);
        }

        current = path;
        if (way.Count == 0 && !TryOpen(null, root, 0))
        {
            return null;
        }

        while (way[^1].Length < path.Length)
        {
            int begin = way[^1].Length + 1;
            int slash = path.AsSpan(begin).IndexOf((byte)'/');
            int end = slash < 0 ? path.Length : begin + slash;
            if (!TryOpen(way[^1].Directory, path.AsSpan(begin, end - begin), end))
            {
                return null;
            }
        }

        return way[^1].Directory;
    }

    public void Dispose() => way.ForEach(step => step.Directory.Dispose());

    // What is open is on the way to the new path if that begins with it, and ends there or goes on with a slash.
    private static bool IsAbove(int length, int same, byte[] path) => length <= same && (length == path.Length || path[length] == '/');

    private bool TryOpen(FileDescriptor? parent, ReadOnlySpan<byte> name, int length)
    {
        if (PosixFile.Open(parent, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out FileDescriptor? directory) != Errno.None)
        {
            return false;
        }

        way.Add((length, directory!));
        return true;
    }
}
