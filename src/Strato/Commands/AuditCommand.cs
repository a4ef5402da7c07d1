using System.CommandLine;
using System.Globalization;
using Strato.Arguments;
using Strato.Core.Paths;
using Strato.Publishing.Auditing;
using Strato.Publishing.Operations;
using Strato.Publishing.Retention;

namespace Strato.Commands;

/// <summary><c>strato audit</c>: who did what to a repository.</summary>
internal static class AuditCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Option<string?> since = new Option<string?>("--since") { Description = "Leave out what began before: a date, or an age such as 7d", HelpName = "TIME" }
            .Checked(text => PointInTime.Parse(text, DateTimeOffset.UtcNow, "--since"));
        Option<int> last = new Option<int>("--last") { Description = "Only so many of the latest", HelpName = "N", DefaultValueFactory = _ => int.MaxValue }
            .Within("operations", 1, int.MaxValue);
        Command command = new("audit", "Show who did what to a repository, and what came of it.") { name, since, last };
        globals.Handle(command, context =>
        {
            string repository = context.Arguments.GetRequiredValue(name);
            OperationContext operation = context.Operation();
            _ = operation.Home.Load(repository);
            DateTimeOffset? from = context.Arguments.GetValue(since) is { } text ? PointInTime.Parse(text, context.Clock.GetUtcNow(), "--since") : null;
            IReadOnlyList<AuditEntry> entries =
                [.. new AuditTrail(operation.Home.Places(repository)).Read(from, warning => context.Error.WriteLine($"warning: {warning}")).TakeLast(context.Arguments.GetValue(last))];
            if (context.Json)
            {
                context.WriteJson([.. entries.Select(AuditReport.Of)], CommandJson.Default.IReadOnlyListAuditReport);
                return ExitCode.Done;
            }

            foreach (AuditEntry entry in entries)
            {
                context.Output.WriteLine(Describe(entry));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string Describe(AuditEntry entry)
    {
        string who = entry.Actor is { } actor
            ? $"{BytesText.Escape(actor.SudoUser is { } sudo ? $"{sudo} as {actor.User}" : actor.User)}@{BytesText.Escape(actor.Host)}"
            : "unknown";
        string took = entry.Seconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $" in {seconds:F1} s") : string.Empty;
        string change = (entry.Before, entry.After) switch
        {
            ({ } before, { } after) when before.Revision != after.Revision => $" revision {before.Revision} -> {after.Revision}",
            (_, { } after) => $" revision {after.Revision}",
            _ => string.Empty,
        };
        string tag = entry.Tag is { } named ? $" tag {BytesText.Escape(named)}" : string.Empty;
        string error = entry.Error is { } message ? $": {BytesText.Escape(message)}" : string.Empty;
        string time = entry.Begun.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $"{time} {who} {BytesText.Escape(entry.Operation)} {AuditReport.OutcomeOf(entry)}{took}{change}{tag}{error}";
    }
}
