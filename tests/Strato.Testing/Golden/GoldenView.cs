using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Strato.Posix;
using Strato.Testing.Trees;
using FileType = Strato.Posix.FileType;

namespace Strato.Testing.Golden;

/// <summary>
/// What a mounted repository shows, in the forms of a golden's <c>expected.TAG.KIND</c> files (README.md beside this file), as sets of lines that can be
/// compared. Bytes are kept as Latin-1.
/// </summary>
public sealed partial class GoldenView
{
    private const long ListedChunkSize = 65536;

    private readonly string folder;
    private readonly TreeListing listing;

    private GoldenView(string folder)
    {
        this.folder = folder;
        listing = TreeListing.Read(folder);
    }

    /// <summary>Reads everything below a mount point, every file's content included.</summary>
    public static GoldenView Read(string mountPoint) => new(mountPoint);

    /// <summary>A listing file's lines, in the order that <c>LC_ALL=C sort</c> gives them.</summary>
    public static IReadOnlyList<string> ReadExpected(string file) => [.. File.ReadAllLines(file, Encoding.Latin1).Order(StringComparer.Ordinal)];

    /// <summary>Kind <c>find</c>.</summary>
    public IReadOnlyList<string> Find() => [.. Encoding.Latin1.GetString(RunFind(@"%p %y %m %s %l\n")).Split('\n')[..^1].Order(StringComparer.Ordinal)];

    /// <summary>Kind <c>find-ext</c> without inode numbers, of this mount or of the expected file.</summary>
    public IReadOnlyList<string> FindExtended() => WithoutInodes(ExtendedText());

    /// <inheritdoc cref="FindExtended"/>
    public static IReadOnlyList<string> ExpectedFindExtended(string file) => WithoutInodes(WithoutHeader(File.ReadAllText(file, Encoding.Latin1)));

    /// <summary>The sets of paths with equal inode numbers in kind <c>find-ext</c>, each as one line.</summary>
    public IReadOnlyList<string> InodeGroups() => Groups(ExtendedText());

    /// <inheritdoc cref="InodeGroups"/>
    public static IReadOnlyList<string> ExpectedInodeGroups(string file) => Groups(WithoutHeader(File.ReadAllText(file, Encoding.Latin1)));

    /// <summary>Kind <c>sha256</c>: <c>DIGEST  ./PATH</c>, names not escaped.</summary>
    public IReadOnlyList<string> Digests() => Lines(Regular.Select(entry => $"{Convert.ToHexStringLower(Convert.FromHexString(entry.Digest))}  .{Text(entry)}"));

    /// <summary>The same from the expected file, in which <c>sha256sum</c> escapes names that hold a backslash or a newline.</summary>
    public static IReadOnlyList<string> ExpectedDigests(string file) => Lines(File.ReadAllLines(file, Encoding.Latin1).Select(Unescape));

    /// <summary>Kind <c>hash</c>: <c>HASH TAB COMPRESSION TAB CHUNKS TAB ./PATH</c> of each regular file.</summary>
    public IReadOnlyList<string> Hashes() => Lines(Regular.Select(entry =>
        $"{Attribute(entry, "user.hash")}\t{Attribute(entry, "user.compression")}\t{Attribute(entry, "user.chunks")}\t.{Text(entry)}"));

    /// <summary>Kind <c>chunks</c>.</summary>
    public IReadOnlyList<string> Chunks() => Lines(Regular
        .Where(entry => entry.Status.Size > ListedChunkSize)
        .SelectMany(entry => Attribute(entry, "user.chunk_list").Split('\n', StringSplitOptions.RemoveEmptyEntries).Prepend($"## .{Text(entry)}")));

    /// <summary>Kind <c>xattr</c>: <c>PATH NAME=0xHEX</c> for each listed attribute of the namespaces user and security.</summary>
    public IReadOnlyList<string> Attributes()
    {
        List<string> lines = [];
        foreach (TreeEntry entry in listing.Entries)
        {
            byte[] path = PathOf(entry);
            ExtendedAttributes.List(path, out byte[] names).ThrowIfFailed("list attributes of", path);
            foreach (string name in Encoding.Latin1.GetString(names).Split('\0', StringSplitOptions.RemoveEmptyEntries))
            {
                if (name.StartsWith("user.", StringComparison.Ordinal) || name.StartsWith("security.", StringComparison.Ordinal))
                {
                    ExtendedAttributes.Get(path, Encoding.Latin1.GetBytes(name), out byte[] value).ThrowIfFailed("read an attribute of", path);
                    lines.Add($"{Text(entry).TrimStart('/')} {name}=0x{Convert.ToHexStringLower(value)}");
                }
            }
        }

        return Lines(lines);
    }

    /// <summary>The same from the expected file, in which <c>getfattr</c> writes a line with the path before its attributes.</summary>
    public static IReadOnlyList<string> ExpectedAttributes(string file)
    {
        List<string> lines = [];
        string path = "";
        foreach (string line in File.ReadAllLines(file, Encoding.Latin1).Where(line => line.Length > 0))
        {
            if (line.StartsWith("# file: ", StringComparison.Ordinal))
            {
                path = OctalEscape().Replace(line["# file: ".Length..], match => ((char)Convert.ToInt32(match.Groups["code"].Value, 8)).ToString());
            }
            else
            {
                lines.Add($"{path} {line}");
            }
        }

        return Lines(lines);
    }

    /// <summary>Kind <c>root</c>.</summary>
    public string Root() => $"revision {Attribute(listing.Entries[0], "user.revision")} root_hash {Attribute(listing.Entries[0], "user.root_hash")}";

    private IEnumerable<TreeEntry> Regular => listing.Entries.Where(entry => entry.Status.Type == FileType.Regular);

    private static string Text(TreeEntry entry) => Encoding.Latin1.GetString(entry.Path.Bytes);

    private static IReadOnlyList<string> Lines(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];

    private static string WithoutHeader(string text) => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];

    private static IReadOnlyList<string> WithoutInodes(string text) => Lines(Entry().Replace(text, "${path}\t${status}\t${target}").Split('\n')[..^1]);

    private static IReadOnlyList<string> Groups(string text) =>
        Lines(Entry().Matches(text).GroupBy(match => match.Groups["inode"].Value).Select(group => string.Join(' ', group.Select(match => match.Groups["path"].Value).Order(StringComparer.Ordinal))));

    private static string Unescape(string line) => line.StartsWith('\\')
        ? line[1..].Replace(@"\n", "\n", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal)
        : line;

    [GeneratedRegex(@"^(?<path>\./.*|\.)\t(?<status>[a-zA-Z]\t\d+\t\d+\t\d+:\d+\t-?\d+\.\d+\t\d+)\t(?<inode>\d+)\t(?<target>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Entry();

    [GeneratedRegex(@"\\(?<code>[0-7]{3})", RegexOptions.ExplicitCapture)]
    private static partial Regex OctalEscape();

    private byte[] PathOf(TreeEntry entry) => [.. Encoding.UTF8.GetBytes(folder), .. entry.Path.Bytes];

    private string Attribute(TreeEntry entry, string name)
    {
        byte[] path = PathOf(entry);
        Errno errno = ExtendedAttributes.Get(path, Encoding.ASCII.GetBytes(name), out byte[] value);
        if (errno == Errno.ENODATA)
        {
            return "";
        }

        errno.ThrowIfFailed($"read {name} of", path);
        return Encoding.Latin1.GetString(value);
    }

    private string ExtendedText() => Encoding.Latin1.GetString(RunFind(@"%p\t%y\t%m\t%s\t%U:%G\t%T@\t%n\t%i\t%l\n"));

    private byte[] RunFind(string format)
    {
        ProcessStartInfo start = new("find", [".", "-printf", format]) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C";
        using Process find = Process.Start(start)!;
        using MemoryStream output = new();
        Task<string> error = find.StandardError.ReadToEndAsync();
        find.StandardOutput.BaseStream.CopyTo(output);
        find.WaitForExit();
        return find.ExitCode == 0
            ? output.ToArray()
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"find ended with {find.ExitCode}: {error.Result}"));
    }
}
