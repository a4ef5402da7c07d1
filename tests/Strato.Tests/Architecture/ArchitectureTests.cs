using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Strato.Tests.Architecture;

/// <summary>Holds the map of ARCHITECTURE.md: which project may see which, and that code lies where its namespace says.</summary>
public sealed partial class ArchitectureTests
{
    private const int LongFile = 400;

    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["Strato.Posix"] = [],
        ["Strato.Hosting"] = [],
        ["Strato.Core"] = ["Strato.Posix"],
        ["Strato.Fuse"] = ["Strato.Posix"],
        ["Strato.Storage"] = ["Strato.Core", "Strato.Posix"],
        ["Strato.Client"] = ["Strato.Storage", "Strato.Fuse", "Strato.Hosting"],
        ["Strato.Publishing"] = ["Strato.Storage"],
        ["Strato.Web"] = ["Strato.Publishing", "Strato.Hosting"],
        ["Strato.Kubernetes"] = ["Strato.Client"],
        ["Strato.Containers"] = ["Strato.Client"],
        ["Strato"] = ["Strato.Client", "Strato.Containers", "Strato.Kubernetes", "Strato.Web"],
    };

    [Fact]
    public void Projects_refer_to_each_other_along_the_arrows_only()
    {
        Dictionary<string, string[]> found = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), References, StringComparer.Ordinal);

        Assert.Equal(Lines(Arrows), Lines(found));
    }

    [Fact]
    public void The_product_refers_to_no_test()
    {
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src"), "*.csproj", SearchOption.AllDirectories),
            file => File.ReadAllText(file).Contains("/tests/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("bench")]
    public void Namespaces_follow_the_folders(string top)
    {
        List<string> strays = [];
        foreach (string file in SourceTree.SourceFiles(top))
        {
            string folder = Path.GetRelativePath(Path.Combine(SourceTree.Root, top), Path.GetDirectoryName(file)!);
            string expected = folder.Replace('/', '.');
            Match declared = NamespaceLine().Match(File.ReadAllText(file));
            if (declared.Success && declared.Groups["name"].Value != expected)
            {
                strays.Add($"{top}/{folder}/{Path.GetFileName(file)} declares {declared.Groups["name"].Value}");
            }
        }

        Assert.Empty(strays);
    }

    [Fact]
    public void Files_stay_short_enough_to_be_read()
    {
        // Most files are far below 300 lines; past this one, a file has started to do a second thing.
        Assert.Empty(SourceTree.SourceFiles("src").Concat(SourceTree.SourceFiles("tests"))
            .Select(file => (Name: Path.GetRelativePath(SourceTree.Root, file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > LongFile)
            .Select(file => $"{file.Name} has {file.Lines} lines"));
    }

    private static string[] References(string project) =>
        [.. XDocument.Load(project).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))];

    private static IEnumerable<string> Lines(Dictionary<string, string[]> arrows) =>
        arrows.Select(arrow => $"{arrow.Key} -> {string.Join(", ", arrow.Value.Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamespaceLine();
}
