using Strato.Core;
using Strato.Core.Configuration;
using Strato.Testing;

namespace Strato.Tests.Core.Configuration;

public sealed class ParameterScriptTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void What_a_read_file_sets_counts_and_what_comes_after_it_replaces_it()
    {
        Write("other.conf", "CVMFS_A=other\nCVMFS_B='two  blanks'\nCVMFS_C=$CVMFS_A/c # why\n");
        IReadOnlyDictionary<string, string> values = Read($"# comment\n. '{folder["other.conf"]}'\nCVMFS_A=own\n", out IReadOnlyList<string> notes);
        Assert.Equal("own", values["CVMFS_A"]);
        Assert.Equal("two  blanks", values["CVMFS_B"]);
        Assert.Equal("other/c", values["CVMFS_C"]);
        Assert.Empty(notes);
    }

    [Fact]
    public void A_file_that_is_not_there_leaves_a_note()
    {
        IReadOnlyDictionary<string, string> values = Read(". ./gone.conf\nCVMFS_A=own\n", out IReadOnlyList<string> notes);
        Assert.Equal("own", values["CVMFS_A"]);
        Assert.Contains("gone.conf", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CVMFS_A='open\n", "main.conf, line 1")]
    [InlineData(null, "cannot read the settings")]
    public void What_cannot_be_read_is_refused(string? text, string expected)
    {
        StratoException error = Assert.Throws<StratoException>(() => text is null ? ParameterScript.Read(folder["none"], out _) : Read(text, out _));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_end_is_refused()
    {
        Write("main.conf", new string('#', (1 << 20) + 1));
        Assert.Contains("more than 1048576 bytes", Assert.Throws<StratoException>(() => ParameterScript.Read(folder["main.conf"], out _)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private IReadOnlyDictionary<string, string> Read(string text, out IReadOnlyList<string> notes)
    {
        Write("main.conf", text);
        return ParameterScript.Read(folder["main.conf"], out notes);
    }

    private void Write(string name, string text) => File.WriteAllText(folder[name], text);
}
