using Strato.Core;
using Strato.Core.Paths;

namespace Strato.Publishing.Ingest;

/// <summary>Names in archives, which may try to lead anywhere.</summary>
internal static class ArchivePath
{
    /// <summary>
    /// The path below a directory that a name in an archive means. Slashes at its beginning do not count, as for tar(1).
    /// </summary>
    /// <exception cref="StratoException">It leads out of the directory, or has a name that none can have.</exception>
    public static RepositoryPath Resolve(RepositoryPath directory, ReadOnlySpan<byte> name)
    {
        RepositoryPath path = directory;
        foreach (Range range in name.Split((byte)'/'))
        {
            ReadOnlySpan<byte> part = name[range];
            if (part.IsEmpty || part.SequenceEqual("."u8))
            {
                continue;
            }

            if (!RepositoryPath.IsValidName(part))
            {
                string reason = part.SequenceEqual(".."u8) ? "it contains '..'" : $"it has a name of {part.Length} bytes or with a NUL";
                throw new StratoException($"cannot ingest the entry '{Shorten(name)}': {reason}; nothing was published");
            }

            path = path.Append(part);
            if (path.Bytes.Length > MaximumLength)
            {
                throw new StratoException($"cannot ingest the entry '{Shorten(name)}': its path is longer than {MaximumLength} bytes; nothing was published");
            }
        }

        return path;
    }

    /// <summary>The longest path that a kernel opens.</summary>
    private const int MaximumLength = 4095;

    private static string Shorten(ReadOnlySpan<byte> name) =>
        name.Length <= 200 ? BytesText.Escape(name) : $"{BytesText.Escape(name[..200])}...";
}
