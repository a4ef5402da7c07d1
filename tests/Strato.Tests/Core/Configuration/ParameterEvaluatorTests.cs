using System.Diagnostics;
using Strato.Core;
using Strato.Core.Configuration;
using Strato.Testing;

namespace Strato.Tests.Core.Configuration;

public sealed class ParameterEvaluatorTests : IDisposable
{
    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["CVMFS_FQRN"] = "alice.cern.ch",
        ["CVMFS_USE_CDN"] = "yes",
        ["EMPTY"] = string.Empty,
    };

    private readonly TemporaryFolder folder = new();

    /// <summary>Scripts whose variable X the system's own shell and the evaluator must agree on.</summary>
    public static TheoryData<string> Scripts =>
    [
        "X=plain",
        "X=",
        "X=a=b=c",
        "X='single $CVMFS_FQRN \\ quotes'",
        "X=\"double $CVMFS_FQRN \\$ \\\" \\\\ \\x quotes\"",
        "X=mixed'$a'\"$CVMFS_FQRN\"end\\ escaped",
        "X=a\\\nb",
        "X='two\nlines'",
        "X=\"  many   blanks  \"",
        "X=value # comment",
        "X=value#nocomment",
        "# X=commented\nX=1",
        "X=${CVMFS_FQRN}",
        "X=${CVMFS_FQRN%%.*}/${CVMFS_FQRN%.*}/${CVMFS_FQRN#*.}/${CVMFS_FQRN##*.}",
        "X=${CVMFS_FQRN%[a-c]h}/${CVMFS_FQRN#?????}/${CVMFS_FQRN#\"a\"}/${CVMFS_FQRN#'*'}",
        "X=${UNSET:-default}",
        "X=${EMPTY:-default}${EMPTY-none}",
        "X=${CVMFS_FQRN:-default}",
        "X=${UNSET:-\"a b\" $CVMFS_FQRN}",
        "X=${UNSET:-${EMPTY:-inner}}",
        "X=${UNSET:=assigned}; X=$X$UNSET",
        "X=\"${X:=DIRECT}\"",
        "X=${CVMFS_FQRN:+set}${EMPTY:+set}${EMPTY+present}",
        "X=${#CVMFS_FQRN}",
        "X=$UNSET",
        "X=cost$; Y=1",
        "X=1; X=${X}2; X=$X-3",
        "export X=exported",
        "readonly X=fixed",
        "Y=1 X=2",
        "A=1\nB=2\nX=$A$B",
        "if [ \"$CVMFS_USE_CDN\" = \"yes\" ]; then X=cdn; else X=plain; fi",
        "if [ \"x$UNSET\" = \"x\" ]; then\n  X=unset\nfi",
        "if [ \"$CVMFS_USE_CDN\" != yes ]\nthen X=1\nelif [ -z \"$EMPTY\" ]\nthen\n X=2\nelse\n X=3\nfi",
        "if test -n \"$CVMFS_FQRN\" && [ -z \"$UNSET\" ]; then X=both; fi",
        "if [ -n \"$CVMFS_FQRN\" -a -n \"$UNSET\" ]; then X=and; fi\nif [ -n \"$UNSET\" -o 1 -eq 1 ]; then X=${X}or; fi",
        "if ! [ -f /nonexistent ]; then X=missing; fi; if [ ! -d / ]; then X=no; fi",
        "if [ -d /etc ] && [ -e /etc/passwd ]; then X=there; fi",
        "if [ 3 -gt 2 ] && [ 2 -le 2 ] && [ 1 -ne 2 ]; then X=numbers; fi",
        "[ -z \"$UNSET\" ] && X=yes || X=no",
        "[ -n \"$UNSET\" ] && X=yes || X=no",
        "false || X=or",
        "true && X=and",
        "! false && X=not",
        "{ X=grouped; }",
        "case \"$CVMFS_FQRN\" in\n  atlas.*) X=atlas ;;\n  alice.*|lhcb.*) X=found ;;\n  *) X=other ;;\nesac",
        "case $CVMFS_FQRN in (*.ch) X=swiss;; esac",
        "case '*' in '*') X=literal;; *) X=any;; esac",
        "case abc in a[!x]c) X=set;; esac",
        "case x in y) X=1;; esac; X=${X:-none}",
        ": ${X:=colon}",
        "X=1; if [ $UNSET ]; then X=2; fi",
        "X=before\nunset X\nX=${X-gone}",
        "if [ \"a\" = \"a\" ] ; then if [ b = c ] ; then X=1 ; else X=nested ; fi ; fi",
        "X=http://a.example:8000/cvmfs/@fqrn@;Y=2",
        "X='http://a/cvmfs/@fqrn@;http://b/cvmfs/@fqrn@'",
        "X=\"http://p1:3128|http://p2:3128;DIRECT\"",
    ];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Scripts))]
    public void The_shell_agrees(string script)
    {
        string file = folder["file"];
        File.WriteAllText(file, script + "\n");
        List<string> notes = [];
        string evaluated = Evaluate(script, notes).GetValueOrDefault("X", string.Empty);

        Assert.Equal(RunShell($". {file}\necho $X"), evaluated);
        Assert.Empty(notes);
    }

    [Theory]
    [InlineData("X=$(hostname)", "a command substitution in X")]
    [InlineData("X=`hostname`", "a command substitution in X")]
    [InlineData("X=${CVMFS_FQRN/a/b}", "${CVMFS_FQRN/a/b} in X")]
    [InlineData("if grep -q x /etc/passwd; then X=1; fi", "the command grep")]
    [InlineData("ls | grep x && X=1", "a pipeline")]
    [InlineData("for i in 1 2; do X=$i; done", "a for loop")]
    [InlineData("while true; do X=1; done", "a while loop")]
    [InlineData("f() { X=1; }", "a function")]
    [InlineData("(X=1)", "a subshell")]
    [InlineData("if [ a \\< b ]; then X=1; fi", "this test")]
    [InlineData(". ./missing.conf && X=1", "the file")]
    [InlineData("touch created > created 2>&1 && X=1", "the command touch")]
    public void What_would_have_to_run_is_passed_over_with_a_note(string script, string note)
    {
        List<string> notes = [];
        IReadOnlyDictionary<string, string> set = Evaluate("\n" + script, notes);
        Assert.DoesNotContain("X", set);
        string only = Assert.Single(notes);
        Assert.StartsWith($"{folder["file"]}, line 2: {note}", only, StringComparison.Ordinal);
        Assert.EndsWith(" is not evaluated", only, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["created"]));
    }

    [Fact]
    public void A_file_can_read_another_beside_it()
    {
        File.WriteAllText(folder["common.conf"], "X=common\nreadonly Y=1\nY=2\n");
        List<string> notes = [];
        IReadOnlyDictionary<string, string> set = Evaluate(". ./common.conf\nZ=$X", notes);
        Assert.Equal("common", set["Z"]);
        Assert.Equal("1", set["Y"]);
        Assert.Contains("read-only Y", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_what_is_set_the_genuine_client_sees_what_a_line_begins_with()
    {
        File.WriteAllText(folder["common"], "COMMON=1\n");
        File.WriteAllText(folder["file"], """
            A=1; B=2
              export C=3 # comment
            true && CVMFS_D=4
            case x in x) E=5;; esac
            if [ -n "$UNSET" ]; then
              F=6
            fi
            readonly G=$B
            . ./common
            """);
        List<string> notes = [];
        IReadOnlyDictionary<string, string> seen = new ParameterEvaluator(Environment, notes).Evaluate(folder["file"]);
        Assert.Equal(["A=1", "C=3", "G=2"], seen.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
        Assert.StartsWith($"{folder["file"]}: CVMFS_D is ignored", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X='open", 1)]
    [InlineData("\nX=\"open", 2)]
    [InlineData("X=${open", 1)]
    [InlineData("A=1\nB=2\nif true; then", 4)]
    [InlineData("fi", 1)]
    [InlineData("if true; X=1; fi", 1)]
    [InlineData("case x in", 2)]
    [InlineData("X=(1 2)", 1)]
    [InlineData("cat << EOF\nEOF", 1)]
    [InlineData("&& X=1", 1)]
    public void What_is_no_shell_is_refused_with_its_line(string script, int line)
    {
        StratoException error = Assert.Throws<StratoException>(() => Evaluate(script, []));
        Assert.StartsWith($"cannot read the parameter file {folder["file"]}, line {line}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Endless_growth_nesting_and_recursion_end()
    {
        string doubling = "X=0123456789\n" + string.Concat(Enumerable.Repeat("X=$X$X\n", 40));
        Assert.True(Evaluate(doubling, [])["X"].Length <= 64 << 10);
        Assert.Throws<StratoException>(() => Evaluate(string.Concat(Enumerable.Repeat("if true; then ", 10_000)), []));
        Assert.Throws<StratoException>(() => Evaluate("X=" + string.Concat(Enumerable.Repeat("${X:-", 10_000)), []));
        Assert.Throws<StratoException>(() => Evaluate("X=" + new string('(', 10_000), []));
        File.WriteAllText(folder["file"], ". ./file\n. ./file\n");
        Assert.Throws<StratoException>(() => Evaluate(". ./file", []));
    }

    private static string RunShell(string script)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", script]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment.Clear();
        foreach ((string name, string value) in Environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.TrimEnd('\n');
    }

    private IReadOnlyDictionary<string, string> Evaluate(string script, List<string> notes)
    {
        ParameterEvaluator evaluator = new(Environment, notes);
        evaluator.EvaluateText(folder["file"], script + "\n");
        return evaluator.Changed;
    }
}
