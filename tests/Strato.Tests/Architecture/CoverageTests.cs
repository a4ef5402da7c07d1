using System.Text.RegularExpressions;

namespace Strato.Tests.Architecture;

/// <summary>Holds the coverage pages in docs/designs to the tests that there are.</summary>
public sealed partial class CoverageTests
{
    [Fact]
    public void Every_test_that_the_coverage_names_exists()
    {
        Dictionary<string, string> suites = SourceTree.SourceFiles("tests").ToLookup(file => Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal)
            .ToDictionary(files => files.Key, files => string.Concat(files.Select(File.ReadAllText)), StringComparer.Ordinal);
        string[] pages = Directory.GetFiles(Path.Combine(SourceTree.Root, "docs", "designs"), "*-coverage.md");
        string page = string.Concat(pages.Select(File.ReadAllText));

        List<Match> named = TestName().Matches(page).ToList();
        Assert.NotEmpty(pages);
        Assert.NotEmpty(named);
        Assert.Empty(named.Where(name => !Exists(suites, name.Groups["class"].Value, name.Groups["method"].Value)).Select(name => name.Value));
    }

    private static bool Exists(Dictionary<string, string> suites, string suite, string method) =>
        suites.TryGetValue(suite, out string? text) && (method.Length == 0 || text.Contains($" {method}(", StringComparison.Ordinal));

    [GeneratedRegex(@"`(?<class>\w+Tests)(\.(?<method>\w+))?`", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TestName();
}
