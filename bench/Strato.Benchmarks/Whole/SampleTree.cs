using System.Security.Cryptography;
using System.Text;

namespace Strato.Benchmarks.Whole;

/// <summary>
/// A tree of 10,000 files and 210 MB out of /usr/lib: whole directories, because how many names a directory has decides what a walk costs, in an order
/// that their paths alone decide and that mixes them; of their files each is taken unless it would bring the average too far above that of the whole.
/// The same machine gives the same tree.
/// </summary>
internal sealed record SampleTree(string Directory, int Files, long Bytes)
{
    public const int WantedFiles = 10_000;
    public const long WantedBytes = 210_000_000;

    // Lets a large library in before its share has come up.
    private const long Slack = 8_000_000;

    /// <summary>Copies the tree into a new directory.</summary>
    public static SampleTree Create(string directory)
    {
        int files = 0;
        long bytes = 0;
        EnumerationOptions here = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        EnumerationOptions everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (string source in System.IO.Directory.EnumerateDirectories("/usr/lib", "*", everything).OrderBy(Mixed, StringComparer.Ordinal)
            .SelectMany(folder => System.IO.Directory.EnumerateFiles(folder, "*", here).Order(StringComparer.Ordinal)))
        {
            long length = new FileInfo(source).Length;
            if (bytes + length > Math.Min(WantedBytes, (WantedBytes / WantedFiles * (files + 1)) + Slack))
            {
                continue;
            }

            string copy = Path.Combine(directory, Path.GetRelativePath("/usr/lib", source));
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(source, copy);
            bytes += length;
            if (++files == WantedFiles)
            {
                break;
            }
        }

        return new SampleTree(directory, files, bytes);
    }

    /// <summary>Makes a directory with one file of 500 MB that no compression shortens.</summary>
    public static string CreateLarge(string directory)
    {
        const int pieces = 500;
        byte[] piece = new byte[1_000_000];
        Random content = new(Seed: 1);
        using FileStream file = File.Create(Path.Combine(System.IO.Directory.CreateDirectory(directory).FullName, "large"));
        for (int i = 0; i < pieces; i++)
        {
            content.NextBytes(piece);
            file.Write(piece);
        }

        return directory;
    }

    private static string Mixed(string path) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(path)));
}
