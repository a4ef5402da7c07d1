using Strato.Core;
using Strato.Posix;

namespace Strato.Quickstart;

/// <summary>Compares two trees: names, types, permissions, modification times, link targets and every byte of every file.</summary>
internal sealed class TreeComparison
{
    private readonly byte[] sourceBuffer = new byte[1024 * 1024];
    private readonly byte[] mountedBuffer = new byte[1024 * 1024];
    private readonly CancellationToken cancellation;

    private TreeComparison(CancellationToken cancellation) => this.cancellation = cancellation;

    /// <summary>The number of files that were compared, and of their bytes.</summary>
    public (int Files, long Bytes) Compared { get; private set; }

    /// <summary>Compares all of two trees.</summary>
    /// <exception cref="StratoException">They differ; the message tells the first difference.</exception>
    /// <exception cref="PosixException">A part of one cannot be read.</exception>
    public static TreeComparison Compare(string source, string mounted, CancellationToken cancellation)
    {
        TreeComparison comparison = new(cancellation);
        using TreeFolder left = TreeFolder.Open(source);
        using TreeFolder right = TreeFolder.Open(mounted);
        comparison.CompareFolders(left, right);
        return comparison;
    }

    private void CompareFolders(TreeFolder source, TreeFolder mounted)
    {
        List<byte[]> names = source.Names();
        List<byte[]> others = mounted.Names();
        for (int i = 0; i < Math.Max(names.Count, others.Count); i++)
        {
            int order = i == names.Count ? 1 : i == others.Count ? -1 : names[i].AsSpan().SequenceCompareTo(others[i]);
            if (order != 0)
            {
                throw order < 0 ? Differ(source, names[i], "it is missing") : Differ(source, others[i], "it was not published");
            }

            cancellation.ThrowIfCancellationRequested();
            CompareEntries(source, mounted, names[i]);
        }
    }

    private void CompareEntries(TreeFolder source, TreeFolder mounted, byte[] name)
    {
        FileStatus left = source.Status(name);
        FileStatus right = mounted.Status(name);
        if (left.Mode != right.Mode)
        {
            throw Differ(source, name, $"mode {Octal(left)} became {Octal(right)}");
        }

        if (left.ModificationTime.Seconds != right.ModificationTime.Seconds)
        {
            throw Differ(source, name, "the modification time changed");
        }

        switch (left.Type)
        {
            case FileType.Directory:
                using (TreeFolder leftChild = source.Enter(name))
                using (TreeFolder rightChild = mounted.Enter(name))
                {
                    CompareFolders(leftChild, rightChild);
                }

                break;
            case FileType.SymbolicLink:
                if (!source.LinkTarget(name).AsSpan().SequenceEqual(mounted.LinkTarget(name)))
                {
                    throw Differ(source, name, "the link has another target");
                }

                break;
            default:
                if (left.Size != right.Size)
                {
                    throw Differ(source, name, $"{left.Size} bytes became {right.Size}");
                }

                CompareContents(source, mounted, name);
                break;
        }
    }

    private void CompareContents(TreeFolder source, TreeFolder mounted, byte[] name)
    {
        using FileDescriptor left = source.OpenFile(name);
        using FileDescriptor right = mounted.OpenFile(name);
        for (long offset = 0; ; offset += sourceBuffer.Length)
        {
            PosixFile.ReadFullyAt(left, sourceBuffer, offset, out int count).ThrowIfFailed("read", name);
            PosixFile.ReadFullyAt(right, mountedBuffer, offset, out int otherCount).ThrowIfFailed("read", name);
            if (!sourceBuffer.AsSpan(0, count).SequenceEqual(mountedBuffer.AsSpan(0, otherCount)))
            {
                throw Differ(source, name, $"the content differs in the megabyte at {offset}");
            }

            Compared = (Compared.Files, Compared.Bytes + count);
            if (count < sourceBuffer.Length)
            {
                Compared = (Compared.Files + 1, Compared.Bytes);
                return;
            }
        }
    }

    private static string Octal(FileStatus status) => Convert.ToString(status.Mode, 8);

    private static StratoException Differ(TreeFolder folder, byte[] name, string how) =>
        new($"the mounted tree is not the published one at {folder.Show(name)}: {how}");
}
