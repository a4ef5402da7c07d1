using System.CommandLine;
using Strato.Arguments;
using Strato.Client.Diagnosis;
using Strato.Core.Configuration;
using Strato.Mounting;

namespace Strato.Commands;

/// <summary><c>strato doctor</c>: what is wrong with this machine's configuration, and what to do.</summary>
internal static class DoctorCommand
{
    private const int DefaultPatience = 5;

    public static Command Create(GlobalOptions globals)
    {
        Argument<string[]> names = new("FQRN") { Description = "The repositories to look at [default: all that are configured by name]", Arity = ArgumentArity.ZeroOrMore };
        Option<string?> config = new("--config") { Description = $"The directory of the parameter files [default: {ConfigurationDefaults.Folder}]", HelpName = "DIR" };
        Option<string?> server = new("--server") { Description = "As for mount", HelpName = "URL[;URL]" };
        Option<string?> key = new("--key") { Description = "As for mount", HelpName = "FILE|DIR" };
        Option<string?> proxy = new("--proxy") { Description = "As for mount", HelpName = "SPEC" };
        Option<string?> cache = new("--cache") { Description = "As for mount", HelpName = "DIR" };
        Option<long?> quota = new("--quota") { Description = "As for mount", HelpName = "MB" };
        Option<string[]> settings = new("--set") { Description = "As for mount", HelpName = "NAME=VALUE" };
        Option<int> timeout = new("--timeout") { Description = "Seconds to wait for each server and mount", HelpName = "SECONDS", DefaultValueFactory = _ => DefaultPatience };
        config.NotEmpty();
        server.NotEmpty();
        key.NotEmpty();
        cache.NotEmpty();
        settings.Checked(text => MountArguments.ParseSetting(text));
        quota.Within("megabytes", 1, long.MaxValue >> 20);
        timeout.Within("seconds", 1, 600);
        Command command = new("doctor", "Say what is wrong with this machine's configuration and what to do; change nothing.")
        {
            names, config, server, key, proxy, cache, quota, settings, timeout,
        };
        globals.Handle(command, context =>
        {
            MountArguments arguments = new()
            {
                Repository = null,
                Home = context.Home,
                ConfigFolder = context.Arguments.GetValue(config),
                Server = context.Arguments.GetValue(server),
                Key = context.Arguments.GetValue(key),
                Proxy = context.Arguments.GetValue(proxy),
                Cache = context.Arguments.GetValue(cache),
                Quota = context.Arguments.GetValue(quota),
                Settings = context.Arguments.GetValue(settings) ?? [],
            };
            return RunAsync(context, new DiagnosisRequest
            {
                Repositories = new MachineRepositories(arguments),
                Names = context.Arguments.GetValue(names) ?? [],
                ConfigFolder = Path.GetFullPath(arguments.ConfigFolder ?? ConfigurationDefaults.Folder),
                SearchPath = context.Environment("PATH") ?? "",
                IsRoot = context.IsRoot,
                Patience = TimeSpan.FromSeconds(context.Arguments.GetValue(timeout)),
                Clock = context.Clock,
            });
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, DiagnosisRequest request)
    {
        IReadOnlyList<Finding> findings = await Diagnosis.RunAsync(request, context.Cancellation);
        int problems = findings.Count(finding => finding.Level == FindingLevel.Problem);
        int warnings = findings.Count(finding => finding.Level == FindingLevel.Warning);
        if (context.Json)
        {
            context.WriteJson(new DoctorReport(problems, warnings, [.. findings.Select(FindingReport.Of)]), CommandJson.Default.DoctorReport);
        }
        else
        {
            int width = findings.Max(finding => finding.Area.Length);
            foreach (Finding finding in findings)
            {
                context.Output.WriteLine($"{finding.Level.ToString().ToLowerInvariant(),-8} {finding.Area.PadRight(width)}  {finding.What}");
                if (finding.Remedy is { } remedy)
                {
                    context.Output.WriteLine($"{"",-8} {"".PadRight(width)}  -> {remedy}");
                }
            }

            context.Output.WriteLine($"{Count(problems, "problem")}, {Count(warnings, "warning")}");
        }

        return problems == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
