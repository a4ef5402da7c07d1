using System.Globalization;
using System.Security.Cryptography;
using Strato.Posix;

namespace Strato.Testing.Golden;

/// <summary>A file of a golden repository that is stored whole in the repository's own object store, with a name that every tool can take.</summary>
/// <param name="Path">The path below the mount point, without a slash at its beginning.</param>
/// <param name="Digest">The SHA-256 of its content, in lower-case digits.</param>
/// <param name="ObjectPath">Where its object lies below the repository's address, such as <c>/data/ab/cdef</c>.</param>
/// <param name="Size">Bytes of its content.</param>
public sealed record GoldenFile(string Path, string Digest, string ObjectPath, long Size)
{
    /// <summary>The files of a revision with content, one for each object.</summary>
    public static IReadOnlyList<GoldenFile> List(GoldenRepository repository, string tag)
    {
        Dictionary<string, string> digests = File.ReadLines(repository.Expected(tag, "sha256"))
            .Where(line => !line.StartsWith('\\')).ToDictionary(line => line[66..], line => line[..64], StringComparer.Ordinal);
        Dictionary<string, long> sizes = [];
        foreach (string[] parts in File.ReadLines(repository.Expected(tag, "find")).Select(line => line.Split(' ')).Where(parts => parts.Length > 3 && parts[1] == "f"))
        {
            sizes[parts[0]] = long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : 0;
        }

        return
        [
            .. File.ReadLines(repository.Expected(tag, "hash")).Select(line => line.Split('\t'))
                .Where(parts => parts.Length == 4 && parts[0].Length > 0 && parts[2] == "1" && IsOrdinary(parts[3]))
                .Where(parts => digests.ContainsKey(parts[3]) && sizes.GetValueOrDefault(parts[3]) > 0)
                .DistinctBy(parts => parts[0])
                .Select(parts => new GoldenFile(parts[3][2..], digests[parts[3]], $"/data/{parts[0][..2]}/{parts[0][2..]}", sizes[parts[3]])),
        ];
    }

    /// <summary>The SHA-256 of the file as the mount's daemon gives it: pages that the kernel kept are dropped before.</summary>
    public string ReadDigest(string mountPoint)
    {
        using FileStream file = File.OpenRead(System.IO.Path.Combine(mountPoint, Path));
        using FileDescriptor descriptor = new((int)file.SafeFileHandle.DangerousGetHandle(), ownsHandle: false);
        PosixFile.Advise(descriptor, AccessAdvice.DontNeed).ThrowIfFailed("drop the pages of a file");
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static bool IsOrdinary(string path) =>
        !path.StartsWith("./external", StringComparison.Ordinal) && path.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '/' or '-' or '_');
}
