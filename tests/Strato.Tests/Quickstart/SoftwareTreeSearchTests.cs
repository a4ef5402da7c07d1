using Strato.Core;
using Strato.Quickstart;

namespace Strato.Tests.Quickstart;

public sealed class SoftwareTreeSearchTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("strato-search-");

    [Fact]
    public void The_newest_version_that_fits_is_taken()
    {
        Install("1.9", SoftwareTreeSearch.MinimumFiles);
        Install("1.10", SoftwareTreeSearch.MinimumFiles);
        Install("1.11", SoftwareTreeSearch.MinimumFiles - 1);
        Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "versions", "9"), "1.9");

        SoftwareTree found = SoftwareTreeSearch.Find([new("Absent", ["/nowhere"], "bin/x", []), Tool], folder.FullName);
        Assert.Equal(Path.Combine(folder.FullName, "versions", "1.10"), found.Directory);
        Assert.Equal(SoftwareTreeSearch.MinimumFiles, found.Size.Files);
    }

    [Fact]
    public void Nothing_that_fits_is_told()
    {
        Install("1.0", 3);
        StratoException failure = Assert.Throws<StratoException>(() => SoftwareTreeSearch.Find([Tool], folder.FullName));
        Assert.Equal("found no software tree with 1000 to 30000 files to show the way with; looked for Tool", failure.Message);
    }

    [Fact]
    public void This_machine_has_one() =>
        Assert.InRange(SoftwareTreeSearch.Find(SoftwareTreeSearch.Kinds, "/nowhere").Size.Files, SoftwareTreeSearch.MinimumFiles, SoftwareTreeSearch.MaximumFiles);

    public void Dispose() => folder.Delete(recursive: true);

    private static SoftwareKind Tool => new("Tool", ["~/versions"], "bin/tool", []);

    private void Install(string version, int files)
    {
        string bin = Directory.CreateDirectory(Path.Combine(folder.FullName, "versions", version, "bin")).FullName;
        File.WriteAllText(Path.Combine(bin, "tool"), "");
        for (int i = 1; i < files; i++)
        {
            File.WriteAllText(Path.Combine(bin, $"file{i}"), "");
        }
    }
}
