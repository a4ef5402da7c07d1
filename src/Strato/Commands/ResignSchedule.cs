using System.Globalization;
using Strato.Core;
using Strato.Publishing.Operations;

namespace Strato.Commands;

/// <summary>Signs whitelists of one repository or of all, once or again and again.</summary>
/// <param name="Repository">The repository; null for all of the home.</param>
/// <param name="Days">For how many days.</param>
/// <param name="MasterKey">The master key's file; null for the usual place.</param>
/// <param name="Below">Leaves out whitelists that are valid for so many days or more; null for none.</param>
/// <param name="Every">Hours after which it is done again; null for once.</param>
internal sealed record ResignSchedule(string? Repository, int Days, string? MasterKey, int? Below, int? Every)
{
    public async Task<int> RunAsync(CommandContext context)
    {
        int code = Run(context);
        while (Every is { } hours && !context.Cancellation.IsCancellationRequested)
        {
            context.Output.Flush();
            await Task.Delay(TimeSpan.FromHours(hours), context.Clock, context.Cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            code = context.Cancellation.IsCancellationRequested ? ExitCode.Done : Run(context);
        }

        return code;
    }

    private int Run(CommandContext context)
    {
        OperationContext operation = context.Operation();
        if (Repository is not null && Every is null)
        {
            if (Sign(context, Repository, operation) is { } report)
            {
                Print(context, report);
            }

            return ExitCode.Done;
        }

        List<ResignReport> reports = [];
        bool hasFailed = false;
        foreach (string repository in Repository is null ? operation.Home.List() : [Repository])
        {
            context.Cancellation.ThrowIfCancellationRequested();
            try
            {
                if (Sign(context, repository, operation) is { } report)
                {
                    reports.Add(report);
                }
            }
            catch (Exception error) when (error is StratoException or IOException or UnauthorizedAccessException)
            {
                // One repository's trouble is none of the others.
                hasFailed = true;
                context.Error.WriteLine($"strato resign: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}");
            }
        }

        if (context.Json)
        {
            context.WriteJson(reports, CommandJson.Default.IReadOnlyListResignReport);
        }
        else
        {
            reports.ForEach(report => Print(context, report));
        }

        return hasFailed ? ExitCode.Failed : ExitCode.Done;
    }

    private ResignReport? Sign(CommandContext context, string repository, OperationContext operation)
    {
        if (Repository is null && operation.Home.Load(repository).IsReplica)
        {
            // Its source's publisher signs it.
            return null;
        }

        if (Below is { } days && WhitelistSigning.Expiry(repository, operation) is { } expires && expires >= context.Clock.GetUtcNow().UtcDateTime.AddDays(days))
        {
            return null;
        }

        return new ResignReport(
            repository, WhitelistSigning.Run(repository, Days, operation, MasterKey).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    private static void Print(CommandContext context, ResignReport report)
    {
        if (context.Json)
        {
            context.WriteJson(report, CommandJson.Default.ResignReport);
        }
        else
        {
            context.Output.WriteLine($"the whitelist of {report.Name} is valid until {report.Expires}");
        }
    }
}
