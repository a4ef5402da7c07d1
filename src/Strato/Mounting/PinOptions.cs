using System.CommandLine;
using Strato.Core.Configuration;

namespace Strato.Mounting;

/// <summary>The options that keep a repository at a revision, and the parameters that they stand for.</summary>
internal sealed class PinOptions
{
    private readonly Option<string?> tag = new("--tag") { Description = "Show this tag, for ever", HelpName = "NAME" };
    private readonly Option<ulong?> revision = new("--revision") { Description = "Show the revision of this number, for ever", HelpName = "N" };
    private readonly Option<string?> date = new("--date") { Description = "Show what there was at that time, for ever", HelpName = "YYYY-MM-DDTHH:MM:SSZ" };
    private readonly Option<string?> rootHash = new("--root-hash") { Description = "Show this root catalog, for ever", HelpName = "HASH" };
    private readonly Option<string?> branch = new("--branch") { Description = "Show the newest revision of this branch", HelpName = "NAME" };

    /// <summary>Adds the options to a command. At most one of them may be given.</summary>
    public PinOptions(Command command)
    {
        Option[] all = [tag, revision, date, rootHash, branch];
        Array.ForEach(all, command.Add);
        command.Validators.Add(result =>
        {
            if (all.Count(option => result.GetResult(option) is { Implicit: false }) > 1)
            {
                result.AddError("--tag, --revision, --date, --root-hash and --branch exclude each other");
            }
        });
    }

    /// <summary>The parameters that were given.</summary>
    public IReadOnlyList<Parameter> Read(ParseResult arguments) =>
    [
        .. new (string Name, string? Value)[]
        {
            ("CVMFS_REPOSITORY_TAG", arguments.GetValue(tag)),
            ("STRATO_REPOSITORY_REVISION", arguments.GetValue(revision)?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("CVMFS_REPOSITORY_DATE", arguments.GetValue(date)),
            ("CVMFS_ROOT_HASH", arguments.GetValue(rootHash)),
            ("STRATO_REPOSITORY_BRANCH", arguments.GetValue(branch)),
        }.Where(pair => pair.Value is not null).Select(pair => new Parameter(pair.Name, pair.Value!, MountArguments.Origin)),
    ];
}
