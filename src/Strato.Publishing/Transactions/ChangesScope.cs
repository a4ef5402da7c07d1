using Strato.Core;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Scanning;
using Strato.Publishing.Synchronizing;

namespace Strato.Publishing.Transactions;

/// <summary>Holds a transaction to the path that it was opened for.</summary>
internal static class ChangesScope
{
    private const int MostNames = 5;

    /// <summary>Throws where anything outside of a path was changed.</summary>
    /// <param name="changes">The directory of changes.</param>
    /// <param name="path">What may be changed.</param>
    /// <param name="rules">How the changes are written down.</param>
    /// <exception cref="StratoException">Names what was changed.</exception>
    public static void Require(byte[] changes, RepositoryPath path, ISourceRules rules)
    {
        List<string> outside = [];
        byte[] place = changes;
        RepositoryPath at = RepositoryPath.Root;
        List<byte[]> names = NamesOf(path);
        foreach (byte[] name in names)
        {
            if (PosixFile.Open(null, place, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out FileDescriptor? directory) != Errno.None)
            {
                break;
            }

            using (directory)
            {
                AddOthers(directory!, place, at, name, isTarget: ReferenceEquals(name, names[^1]), rules, outside);
            }

            place = SourceTree.Join(place, name);
            at = at.Append(name);
        }

        if (outside.Count > 0)
        {
            string more = outside.Count > MostNames ? $" and {outside.Count - MostNames} more" : "";
            throw new StratoException(
                $"the transaction may change {path} only, but {string.Join(", ", outside.Take(MostNames))}{more} changed too; undo that and publish again, or abort");
        }
    }

    private static void AddOthers(FileDescriptor directory, byte[] place, RepositoryPath at, byte[] name, bool isTarget, ISourceRules rules, List<string> outside)
    {
        SourceListing names = SourceListing.Read(directory, place);
        for (int index = 0; index < names.Count; index++)
        {
            FileStatus status = SourceTree.Status(directory, names[index], place);
            ReadOnlySpan<byte> meant = rules.IsOrder(names[index], status, out ReadOnlySpan<byte> removed) ? removed : names[index];
            bool isOnTheWay = meant.SequenceEqual(name) && (isTarget || status.Type == FileType.Directory);
            if (!isOnTheWay)
            {
                outside.Add(BytesText.Escape(meant.IsEmpty ? at.Bytes : (byte[])[.. at.Bytes, (byte)'/', .. meant]));
            }
        }

        if (rules.IsWhole(directory, place))
        {
            outside.Add($"{at}");
        }
    }

    private static List<byte[]> NamesOf(RepositoryPath path)
    {
        List<byte[]> names = [];
        for (; !path.IsRoot; path = path.Parent)
        {
            names.Insert(0, path.Name.ToArray());
        }

        return names;
    }
}
