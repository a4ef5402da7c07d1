using System.CommandLine;
using System.Globalization;
using Strato.Arguments;
using Strato.Core.Hashing;
using Strato.Core.Signing;
using Strato.Publishing.Keys;
using Strato.Publishing.Operations;

namespace Strato.Commands;

/// <summary><c>strato keys</c>: what a repository is signed with, and how that changes.</summary>
internal static class KeysCommand
{
    private static readonly string[] Verbs = ["list", "rotate", "retire", "revoke"];

    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Argument<string> verb = new("list|rotate|retire|revoke") { Description = "What to do", HelpName = "list|rotate|retire|revoke" };
        verb.OneOf(Verbs);
        Argument<string?> fingerprint = new("FINGERPRINT") { Description = "The certificate, for revoke", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> master = new Option<string?>("--masterkey") { Description = "The private master key, where it is not beside the other keys", HelpName = "FILE" }.NotEmpty();
        Option<string?> request = new Option<string?>("--request") { Description = "Where the master key is elsewhere: write what is to be signed there", HelpName = "FILE" }.NotEmpty();
        Option<int> days = new Option<int>("--days") { Description = "How long clients may trust the new whitelist", HelpName = "N", DefaultValueFactory = _ => 30 }
            .Within("days", 1, WhitelistSigning.MaximumDays);
        Option<int> wait = new Option<int>("--wait") { Description = "How long a whitelist with both certificates is in place before the new one signs", HelpName = "SECONDS", DefaultValueFactory = _ => 90 }
            .Within("seconds", 0, 7 * 86_400);
        Option<string?> blacklist = new Option<string?>("--blacklist") { Description = "Add a revoked certificate to this blacklist too", HelpName = "FILE" }.NotEmpty();
        Command command = new("keys", "Show a repository's certificates, give it a new key, or take trust away from one.") { name, verb, fingerprint, master, request, days, wait, blacklist };
        globals.Handle(command, context =>
        {
            ParseResult arguments = context.Arguments;
            string action = arguments.GetRequiredValue(verb);
            KeysArguments chosen = new(
                arguments.GetRequiredValue(name), arguments.GetValue(fingerprint), arguments.GetValue(master), arguments.GetValue(request), arguments.GetRequiredValue(days),
                TimeSpan.FromSeconds(arguments.GetRequiredValue(wait)), arguments.GetValue(blacklist));
            UsageException.Require(action == "revoke" == chosen.Certificate is not null, action == "revoke" ? "revoke needs a certificate's fingerprint" : $"{action} takes no fingerprint");
            UsageException.Require(chosen.Request is null || action is "rotate" or "retire", $"{action} takes no --request");
            UsageException.Require(chosen.Request is null || chosen.MasterKey is null, "--request is for where the master key is elsewhere; leave --masterkey out");
            UsageException.Require(chosen.Blacklist is null || action == "revoke", $"{action} takes no --blacklist");
            return action switch
            {
                "list" => List(context, chosen),
                "rotate" => Rotate(context, chosen),
                "retire" => Retire(context, chosen),
                _ => Revoke(context, chosen),
            };
        });
        return command;
    }

    private static int List(CommandContext context, KeysArguments chosen)
    {
        KeyReport report = KeyReport.Read(chosen.Repository, context.Operation());
        string? expires = report.Expires?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (context.Json)
        {
            context.WriteJson(
                new KeysReport(
                    chosen.Repository,
                    expires,
                    report.HasMasterKey,
                    [.. report.Certificates.Select(one => new KeysReport.Certificate(one.Role, Fingerprint.Format(one.Fingerprint), one.Subject, one.IsListed))]),
                CommandJson.Default.KeysReport);
            return ExitCode.Done;
        }

        foreach (RepositoryCertificate one in report.Certificates)
        {
            context.Output.WriteLine($"{one.Role}\t{Fingerprint.Format(one.Fingerprint)}\t{(one.IsListed ? "listed" : "not listed")}\t{one.Subject}".TrimEnd('\t'));
        }

        context.Output.WriteLine(expires is null ? "the whitelist cannot be read" : $"the whitelist is valid until {expires}");
        context.Output.WriteLine(report.HasMasterKey ? "the master key is here" : "the master key is elsewhere");
        return ExitCode.Done;
    }

    private static int Rotate(CommandContext context, KeysArguments chosen)
    {
        KeyRotationRequest request = new()
        {
            Repository = chosen.Repository,
            MasterKey = chosen.MasterKey,
            IsMasterElsewhere = chosen.Request is not null,
            Days = chosen.Days,
            Settling = chosen.Wait,
            Waiting = left => context.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"waiting {left.TotalSeconds:F0} s for caches of the old whitelist")),
        };
        RotationOutcome outcome = KeyRotation.Rotate(request, context.Operation());
        bool isDone = outcome.State == RotationState.Rotated;
        if (!isDone)
        {
            CommandFile.Write(chosen.Request!, WhitelistSigning.Request(chosen.Repository, chosen.Days, context.Operation()).ToBytes());
        }

        string former = Shown(outcome.Former);
        string next = Shown(outcome.Next);
        Print(context, new KeyRotationReport(chosen.Repository, isDone ? "rotated" : "awaits-whitelist", former, next), isDone
            ? $"{chosen.Repository} is signed with {next}; once replicas have it: strato keys {chosen.Repository} retire"
            : $"sign {chosen.Request} where the master key is (strato sign-whitelist), install that (strato resign {chosen.Repository} --install FILE), and rotate again");
        return ExitCode.Done;
    }

    private static int Retire(CommandContext context, KeysArguments chosen)
    {
        if (chosen.Request is { } file)
        {
            CommandFile.Write(file, KeyRotation.RequestRetirement(chosen.Repository, chosen.Days, context.Operation()).ToBytes());
            Print(context, new KeyRotationReport(chosen.Repository, "requested", null, null), $"sign {file} where the master key is, and install that: the former certificate goes with it");
            return ExitCode.Done;
        }

        string gone = Shown(KeyRotation.Retire(chosen.Repository, chosen.Days, chosen.MasterKey, context.Operation()));
        Print(context, new KeyRotationReport(chosen.Repository, "retired", gone, null), $"the whitelist of {chosen.Repository} lists {gone} no more");
        return ExitCode.Done;
    }

    private static int Revoke(CommandContext context, KeysArguments chosen)
    {
        ObjectHash revoked = default;
        UsageException.Check(() => revoked = FingerprintOption.Parse(chosen.Certificate!));
        string shown = Fingerprint.Format(revoked);
        RevocationOutcome outcome = KeyRevocation.Run(chosen.Repository, revoked, chosen.Days, chosen.MasterKey, context.Operation());
        if (chosen.Blacklist is { } file)
        {
            KeyRevocation.Blacklist(file, chosen.Repository, revoked, context.Clock.GetUtcNow());
        }

        string done = outcome switch
        {
            RevocationOutcome.Replaced => $"{shown} is revoked, and {chosen.Repository} has a new key",
            RevocationOutcome.Dropped => $"{shown} is revoked, and no whitelist lists it any more",
            _ => $"{shown} is no certificate of {chosen.Repository}; it will not be listed",
        };
        Print(context, new KeyRotationReport(chosen.Repository, outcome.ToString().ToLowerInvariant(), shown, null), $"{done}. Clients that are to refuse it at once need this line in /etc/cvmfs/blacklist:\n{shown}");
        return ExitCode.Done;
    }

    private static string Shown(SigningCertificate certificate) => Fingerprint.Format(certificate.FingerprintOf(HashAlgorithm.Sha1));

    private static void Print(CommandContext context, KeyRotationReport report, string text)
    {
        if (context.Json)
        {
            context.WriteJson(report, CommandJson.Default.KeyRotationReport);
        }
        else
        {
            context.Output.WriteLine(text);
        }
    }

    private sealed record KeysArguments(string Repository, string? Certificate, string? MasterKey, string? Request, int Days, TimeSpan Wait, string? Blacklist);
}
