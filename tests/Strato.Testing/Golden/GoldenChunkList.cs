using System.Globalization;
using System.Text;
using Strato.Core.Hashing;

namespace Strato.Testing.Golden;

/// <summary>One file's chunks as the genuine client lists them (<c>user.chunk_list</c>; a file with one is no chunked file).</summary>
/// <param name="Path">The path below the mount point, starting with <c>./</c>.</param>
/// <param name="Chunks">Hash, offset and plain size of each chunk, in order.</param>
public sealed record GoldenChunkList(string Path, IReadOnlyList<(ObjectHash Hash, long Offset, long Size)> Chunks)
{
    /// <summary>Reads <c>expected.TAG.chunks</c>.</summary>
    public static IEnumerable<GoldenChunkList> Read(GoldenRepository repository, string tag)
    {
        string? path = null;
        List<(ObjectHash, long, long)> chunks = [];
        foreach (string line in File.ReadLines(repository.Expected(tag, "chunks"), Encoding.Latin1).Append("## end"))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                if (path is not null && chunks.Count > 0)
                {
                    yield return new GoldenChunkList(path, [.. chunks]);
                }

                path = line[3..];
                chunks.Clear();
            }
            else if (line.Length > 0 && line != "hash,offset,size")
            {
                string[] fields = line.Split(',');
                if (!ObjectHash.TryParse(fields[0], out ObjectHash hash))
                {
                    throw new InvalidDataException($"not a chunk line: {line}");
                }

                chunks.Add((hash, long.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[2], CultureInfo.InvariantCulture)));
            }
        }
    }
}
