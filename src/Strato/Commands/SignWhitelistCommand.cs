using System.CommandLine;
using System.Globalization;
using Strato.Arguments;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Signing;
using Strato.Publishing.Operations;

namespace Strato.Commands;

/// <summary><c>strato sign-whitelist</c>: signs a request of another machine, where the master key is. It needs no home.</summary>
internal static class SignWhitelistCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> file = new("REQUEST") { Description = "What 'strato resign --request' wrote" };
        Option<string> master = new Option<string>("--masterkey") { Description = "The private master key", HelpName = "FILE", Required = true }.NotEmpty();
        Option<string> output = new Option<string>("--out") { Description = "Where the signed whitelist goes", HelpName = "FILE", Required = true }.NotEmpty();
        Option<int?> days = new Option<int?>("--days") { Description = "How long clients may trust it [default: what the request asks for]", HelpName = "N" }
            .Within("days", 1, WhitelistSigning.MaximumDays);
        Option<string[]> expected = new Option<string[]>("--fingerprint") { Description = "Sign only these certificates; may be given several times", HelpName = "HASH" }
            .Checked(text => _ = FingerprintOption.Parse(text));
        Command command = new("sign-whitelist", "Sign a whitelist that another machine asks for, with the master key.") { file, master, output, days, expected };
        globals.Handle(command, context => Run(
            context,
            context.Arguments.GetRequiredValue(file),
            context.Arguments.GetRequiredValue(master),
            context.Arguments.GetRequiredValue(output),
            context.Arguments.GetValue(days),
            [.. (context.Arguments.GetValue(expected) ?? []).Select(FingerprintOption.Parse)]));
        return command;
    }

    private static int Run(CommandContext context, string file, string masterKey, string output, int? days, IReadOnlyList<ObjectHash> expected)
    {
        if (!WhitelistRequest.TryParse(CommandFile.Read(file, WhitelistRequest.MaxLength), out WhitelistRequest? request, out string? problem))
        {
            throw new StratoException($"cannot sign {file}: {problem}; make it with: strato resign FQRN --request FILE");
        }

        request = request with { Days = days ?? request.Days };
        Whitelist whitelist = request.ToWhitelist(context.Clock.GetUtcNow());
        foreach (ObjectHash asked in whitelist.Fingerprints.Where(asked => expected.Count > 0 && !expected.Contains(asked)))
        {
            throw new StratoException($"cannot sign {file}: it asks for {Fingerprint.Format(asked)} as well, which --fingerprint does not name");
        }

        using MasterKey master = KeyFiles.LoadMaster(masterKey);
        CommandFile.Write(output, master.Sign(whitelist, request.Hash));
        string expires = whitelist.Expires.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string[] fingerprints = [.. whitelist.Fingerprints.Select(Fingerprint.Format)];
        if (context.Json)
        {
            context.WriteJson(new SignedWhitelistReport(request.Repository, expires, fingerprints, output), CommandJson.Default.SignedWhitelistReport);
            return ExitCode.Done;
        }

        foreach ((string fingerprint, SigningCertificate certificate) in fingerprints.Zip(request.Certificates))
        {
            context.Output.WriteLine($"{fingerprint} {certificate.Subject}");
        }

        context.Output.WriteLine($"may sign {request.Repository} until {expires}; install it with: strato resign {request.Repository} --install {output}");
        return ExitCode.Done;
    }
}
