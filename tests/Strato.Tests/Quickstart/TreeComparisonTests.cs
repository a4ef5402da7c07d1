using Strato.Core;
using Strato.Quickstart;

namespace Strato.Tests.Quickstart;

public sealed class TreeComparisonTests : IDisposable
{
    private static readonly DateTime Time = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("strato-comparison-");

    [Fact]
    public void Equal_trees_are_counted()
    {
        TreeComparison comparison = Compare(_ => { });
        Assert.Equal((3, 5 + (3L * 1024 * 1024)), comparison.Compared);
    }

    [Theory]
    [InlineData("missing", "d/file: it is missing")]
    [InlineData("added", "d/extra: it was not published")]
    [InlineData("content", "d/big: the content differs in the megabyte at 1048576")]
    [InlineData("length", "d/file: 5 bytes became 6")]
    [InlineData("mode", "d/file: mode 100644 became 100600")]
    [InlineData("time", "d/file: the modification time changed")]
    [InlineData("target", "link: the link has another target")]
    [InlineData("type", "link: mode 120777 became 100644")]
    public void A_difference_is_named(string change, string expected)
    {
        StratoException failure = Assert.Throws<StratoException>(() => Compare(tree => Change(tree, change)));
        Assert.Equal("the mounted tree is not the published one at " + expected, failure.Message);
    }

    [Fact]
    public void A_tree_is_measured()
    {
        string tree = Make("tree");
        Assert.Equal(new TreeSize(3, 1, 2, 5 + (3L * 1024 * 1024)), TreeSize.TryMeasure(tree, maximumFiles: 3));
        Assert.Null(TreeSize.TryMeasure(tree, maximumFiles: 2));
        Assert.Null(TreeSize.TryMeasure(tree + "-not", maximumFiles: 2));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static void Change(string tree, string change)
    {
        string file = Path.Combine(tree, "d", "file");
        string big = Path.Combine(tree, "d", "big");
        switch (change)
        {
            case "missing":
                File.Delete(file);
                break;
            case "added":
                File.WriteAllText(Path.Combine(tree, "d", "extra"), "");
                break;
            case "content":
                byte[] bytes = File.ReadAllBytes(big);
                bytes[(2 * 1024 * 1024) - 1] ^= 1;
                File.WriteAllBytes(big, bytes);
                File.SetLastWriteTimeUtc(big, Time);
                break;
            case "length":
                File.WriteAllText(file, "123456");
                File.SetLastWriteTimeUtc(file, Time);
                break;
            case "mode":
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                break;
            case "time":
                File.SetLastWriteTimeUtc(file, Time.AddSeconds(1));
                break;
            default:
                File.Delete(Path.Combine(tree, "link"));
                if (change == "target")
                {
                    File.CreateSymbolicLink(Path.Combine(tree, "link"), "else");
                }
                else
                {
                    File.WriteAllText(Path.Combine(tree, "link"), "");
                }

                break;
        }

        foreach (string directory in (string[])[Path.Combine(tree, "d"), tree])
        {
            Directory.SetLastWriteTimeUtc(directory, Time);
        }
    }

    private TreeComparison Compare(Action<string> change)
    {
        string source = Make("source");
        string mounted = Make("mounted");
        change(mounted);
        return TreeComparison.Compare(source, mounted, CancellationToken.None);
    }

    private string Make(string name)
    {
        string tree = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.Combine(tree, "d"));
        File.CreateSymbolicLink(Path.Combine(tree, "link"), "d/file");
        Write(Path.Combine(tree, "d", "file"), "12345"u8.ToArray());
        Write(Path.Combine(tree, "d", "big"), new byte[3 * 1024 * 1024]);
        Write(Path.Combine(tree, "empty"), []);
        Directory.SetLastWriteTimeUtc(Path.Combine(tree, "d"), Time);
        return tree;
    }

    private static void Write(string file, byte[] bytes)
    {
        File.WriteAllBytes(file, bytes);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.SetLastWriteTimeUtc(file, Time);
    }
}
