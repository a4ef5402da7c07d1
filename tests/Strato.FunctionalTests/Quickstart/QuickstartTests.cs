using System.Diagnostics;
using System.Text.Json;
using Strato.Posix;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Quickstart;

/// <summary>The quickstart as a process, with a small installation in the home of its user.</summary>
public sealed class QuickstartTests : IDisposable
{
    private const int Files = 1500;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("strato-quickstart-test-");

    public QuickstartTests()
    {
        string bin = Directory.CreateDirectory(Path.Combine(folder.FullName, "user", ".pyenv", "versions", "3.99", "bin")).FullName;
        string program = Path.Combine(bin, "python3");
        File.WriteAllText(program, "#!/bin/sh\necho \"runs from $0\"\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        for (int i = 1; i < Files; i++)
        {
            File.WriteAllText(Path.Combine(bin, $"file{i}"), $"content {i % 100}");
        }

        Directory.CreateDirectory(Temporary);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Temporary => Path.Combine(folder.FullName, "tmp");

    [Fact]
    public async Task It_goes_the_whole_way_and_leaves_nothing_behind()
    {
        using ChildProcess strato = Start("--exit", "--json");
        Assert.True(await strato.WaitAsync(Cancellation) == 0, strato.Error);
        using JsonDocument report = JsonDocument.Parse(strato.Output);
        string mount = report.RootElement.GetProperty("mount").GetString()!;
        Assert.Equal($"runs from {mount}/bin/python3", report.RootElement.GetProperty("program_output").GetString());
        Assert.Equal(
            ["find", "mkfs", "publish", "serve", "mount", "compare", "run"],
            report.RootElement.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()));
        Assert.Contains($"{Files:N0} files", strato.Output, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(Signal.Interrupt)]
    [InlineData(Signal.Terminate)]
    public async Task It_stays_up_until_it_is_asked_to_stop(Signal signal)
    {
        using ChildProcess strato = Start();
        await strato.WaitForAsync("It works.", Cancellation);
        string mount = Assert.Single(Mounts());
        Assert.Equal(Files, Directory.GetFiles(Path.Combine(mount, "bin")).Length);

        // Twice, as a process group and make(1) deliver it.
        strato.Send(signal);
        strato.Send(signal);
        Assert.True(await strato.WaitAsync(Cancellation) == 0, strato.Error);
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("mkfs")]
    [InlineData("publish")]
    [InlineData("serve")]
    public async Task It_leaves_nothing_behind_when_it_is_stopped_on_the_way(string step)
    {
        using ChildProcess strato = Start();
        await strato.WaitForAsync("\n" + step, Cancellation);
        strato.Send(Signal.Terminate);
        await strato.WaitAsync(Cancellation);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_step_that_fails_is_told_in_one_line_and_leaves_nothing_behind()
    {
        string program = Path.Combine(folder.FullName, "user", ".pyenv", "versions", "3.99", "bin", "python3");
        File.WriteAllText(program, "#!/bin/sh\nexit 3\n");
        using ChildProcess strato = Start("--exit");
        Assert.Equal(1, await strato.WaitAsync(Cancellation));
        Assert.Matches("^strato quickstart: [^\n]*/bin/python3 ended with 3 when run from the mount[^\n]*\n$", strato.Error);
        AssertNothingIsLeft();
    }

    public void Dispose()
    {
        foreach (string mount in Mounts())
        {
            using Process unmount = Process.Start("umount", ["-l", mount]);
            unmount.WaitForExit();
        }

        folder.Delete(recursive: true);
    }

    private ChildProcess Start(params string[] options)
    {
        ProcessStartInfo start = ChildProcess.Strato(["quickstart", .. options]);
        start.Environment["HOME"] = Path.Combine(folder.FullName, "user");
        start.Environment["TMPDIR"] = Temporary;
        return ChildProcess.Start(start);
    }

    private List<string> Mounts() =>
        [.. File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')[4]).Where(path => path.StartsWith(Temporary, StringComparison.Ordinal))];

    private void AssertNothingIsLeft()
    {
        Assert.Empty(Mounts());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Temporary));
        Assert.Empty(Processes());
    }

    private List<string> Processes()
    {
        List<string> found = [];
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                string line = File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
                if (line.Contains(Temporary, StringComparison.Ordinal))
                {
                    found.Add(line);
                }
            }
            catch (IOException)
            {
                // It ended between the listing and the look at it.
            }
        }

        return found;
    }
}
