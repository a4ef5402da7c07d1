using System.Diagnostics;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Publishing;

/// <summary>The alert rules that come with Strato are ones that Prometheus takes, where its checker is there to say so.</summary>
public sealed class AlertRulesTests
{
    [Fact]
    public async Task Prometheus_takes_the_rules()
    {
        string rules = Path.Combine(Root(), "deploy", "prometheus", "strato-alerts.yml");
        Assert.Contains("strato_repository_whitelist_expiry_timestamp_seconds - time() < 7 * 86400", await File.ReadAllTextAsync(rules, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        string? checker = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Select(folder => Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(checker is null, "promtool is not here");
        using ChildProcess promtool = ChildProcess.Start(new ProcessStartInfo(checker!, ["check", "rules", rules]));
        int code = await promtool.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(code == 0, promtool.Output + promtool.Error);
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Strato.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not lie in a checkout");
        }

        return folder;
    }
}
