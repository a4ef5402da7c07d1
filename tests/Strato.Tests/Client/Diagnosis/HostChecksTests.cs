using Strato.Client.Attachments;
using Strato.Client.Diagnosis;
using Strato.Core;
using Strato.Core.Configuration;
using Strato.Core.Native;
using Strato.Testing;

namespace Strato.Tests.Client.Diagnosis;

/// <summary>What is said of machines that are prepared in a folder.</summary>
public sealed class HostChecksTests : IDisposable
{
    private readonly TemporaryFolder root = new();

    public HostChecksTests()
    {
        Write("/dev/fuse", "");
        Write("/proc/sys/kernel/osrelease", "6.18.5-generic\n");
        Write("/proc/self/status", "Name:\tstrato\nCapEff:\t000001ffffffffff\n");
        Write("/proc/self/uid_map", "         0          0 4294967295\n");
        Write("/proc/self/limits", "Max open files            1024                 524288               files     \n");
        Write("/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
        Write("/etc/cvmfs/default.local", "CVMFS_X=1\n");
    }

    private DiagnosisRequest Request => new()
    {
        Repositories = new NoRepositories(),
        ConfigFolder = root["etc/cvmfs"],
        SearchPath = root["bin"],
        IsRoot = true,
        Root = root.Path,
        Libraries = [new SystemLibrary("libz.so.1", "zlib1g", true)],
        Patience = TimeSpan.FromSeconds(10),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => root.Dispose();

    [Fact]
    public async Task Machine_without_faults_has_no_finding_but_that_nothing_is_configured()
    {
        IReadOnlyList<Finding> findings = await RunAsync(Request);

        Finding warning = Assert.Single(findings, finding => finding.Level != FindingLevel.Ok);
        Assert.Equal("configuration", warning.Area);
        Assert.Contains("INC_EPOCH", findings.Single(finding => finding.Area == "kernel").What, StringComparison.Ordinal);
        Assert.All(findings, finding => Assert.Equal(finding.Level == FindingLevel.Ok, finding.Remedy is null));
        Assert.All(findings, finding => Assert.DoesNotContain('\n', finding.What + finding.Remedy));
    }

    [Fact]
    public async Task Missing_device_is_a_problem()
    {
        File.Delete(root["dev/fuse"]);
        Assert.Contains("modprobe fuse", await RemedyAsync(Request, FindingLevel.Problem, "fuse", "there is no /dev/fuse"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_that_is_something_else_is_a_problem()
    {
        File.Delete(root["dev/fuse"]);
        File.CreateSymbolicLink(root["dev/fuse"], root["dev/fuse"]);
        _ = await RemedyAsync(Request, FindingLevel.Problem, "fuse", "/dev/fuse");
    }

    [Fact]
    public async Task Root_without_the_capability_is_a_problem()
    {
        Write("/proc/self/status", "CapEff:\t00000000a80425fb\n");
        Assert.Contains("SYS_ADMIN", await RemedyAsync(Request, FindingLevel.Problem, "fuse", "may not mount"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_need_the_helper()
    {
        Assert.Contains("fuse3", await RemedyAsync(Request with { IsRoot = false }, FindingLevel.Problem, "fuse", "fusermount3"), StringComparison.Ordinal);
        Write("/bin/fusermount3", "");
        Assert.DoesNotContain(await RunAsync(Request with { IsRoot = false }), finding => finding.Level == FindingLevel.Problem);
    }

    [Theory]
    [InlineData("5.15.0-100-generic\n", FindingLevel.Warning)]
    [InlineData("6.8\n", FindingLevel.Warning)]
    [InlineData("6.9.1\n", FindingLevel.Ok)]
    [InlineData("10.0\n", FindingLevel.Ok)]
    [InlineData("", FindingLevel.Warning)]
    [InlineData("unknown", FindingLevel.Warning)]
    public async Task Kernels(string release, FindingLevel level)
    {
        Write("/proc/sys/kernel/osrelease", release);
        Assert.Equal(level, (await RunAsync(Request)).Single(finding => finding.Area == "kernel").Level);
    }

    [Fact]
    public async Task User_namespace_few_descriptors_and_missing_libraries_are_told()
    {
        Write("/proc/self/uid_map", "0 1000 1\n");
        Write("/proc/self/limits", "Max open files            1024                 4096                 files     \n");
        DiagnosisRequest request = Request with { Libraries = [new SystemLibrary("libdeflate.so.0", "libdeflate0", false)] };

        _ = await RemedyAsync(request, FindingLevel.Warning, "container", "user namespace");
        Assert.Contains("LimitNOFILE", await RemedyAsync(request, FindingLevel.Warning, "limits", "only 4096"), StringComparison.Ordinal);
        Assert.Contains("libdeflate0", await RemedyAsync(request, FindingLevel.Problem, "libraries", "libdeflate.so.0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Autofs_and_mounts_that_do_not_work_are_told()
    {
        Write("/cvmfs/good/file", "");
        Write(
            "/proc/self/mountinfo",
            """
            30 22 0:40 / /cvmfs rw - autofs /etc/auto.cvmfs rw
            31 30 0:41 / /cvmfs/good rw - fuse.strato good rw
            32 30 0:42 / /cvmfs/gone rw - fuse cvmfs2 rw
            33 22 0:43 / /home/me/ssh rw - fuse.sshfs x rw

            """);
        IReadOnlyList<Finding> findings = await RunAsync(Request);

        Assert.Contains("auto.master", findings.Single(finding => finding.What.Contains("autofs", StringComparison.Ordinal)).Remedy, StringComparison.Ordinal);
        Assert.Equal(FindingLevel.Ok, findings.Single(finding => finding.What.Contains("/cvmfs/good", StringComparison.Ordinal)).Level);
        Assert.Equal(FindingLevel.Problem, findings.Single(finding => finding.What.Contains("/cvmfs/gone", StringComparison.Ordinal)).Level);
        Assert.Equal(3, findings.Count(finding => finding.Area == "mounts"));
    }

    [Fact]
    public async Task Missing_proc_is_told()
    {
        Directory.Delete(root["proc"], recursive: true);
        _ = await RemedyAsync(Request, FindingLevel.Warning, "mounts", "not known");
    }

    private void Write(string path, string text)
    {
        string file = root[path[1..]];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private static Task<IReadOnlyList<Finding>> RunAsync(DiagnosisRequest request) => Strato.Client.Diagnosis.Diagnosis.RunAsync(request, Cancellation);

    /// <summary>What to do about the only finding of that kind.</summary>
    private static async Task<string> RemedyAsync(DiagnosisRequest request, FindingLevel level, string area, string what)
    {
        IReadOnlyList<Finding> findings = await RunAsync(request);
        return Assert.Single(findings, finding => finding.Level == level && finding.Area == area && finding.What.Contains(what, StringComparison.Ordinal)).Remedy!;
    }

    private sealed class NoRepositories : IRepositoryConfigurations
    {
        public IReadOnlyList<string> List(ConfigurationPaths paths) => [];

        public string? FindConfigRepository(ConfigurationPaths paths) => null;

        public RepositoryConfiguration Find(AttachmentRequest request) => throw new StratoException("nothing is configured");
    }
}
