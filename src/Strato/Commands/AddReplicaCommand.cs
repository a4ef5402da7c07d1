using System.CommandLine;
using Strato.Arguments;
using Strato.Publishing.Operations;
using Strato.Publishing.Replication;
using Strato.Publishing.Repositories;

namespace Strato.Commands;

/// <summary><c>strato add-replica</c>: a copy of a repository that is published elsewhere.</summary>
internal static class AddReplicaCommand
{
    public static Command Create(GlobalOptions globals)
    {
        ReplicaSettings defaults = new() { Name = "", Storage = "", Sources = [], PublicKeys = [] };
        Argument<string> name = RepositoryArgument.Create("The repository's name at its source");
        Option<string> from = new Option<string>("--from") { Description = "The repository's address at its stratum 0, and at servers that stand in for it", HelpName = "URL[;URL]", Required = true }.NotEmpty();
        Option<string?> key = new Option<string?>("--key") { Description = "Public master key, or a directory of them", HelpName = "FILE|DIR" }.NotEmpty();
        Option<string?> storage = new Option<string?>("--storage") { Description = "Where objects live [default: HOME/srv/cvmfs/FQRN]", HelpName = "DIR" }.NotEmpty();
        Option<string> group = new("--group") { Description = "A word by which replicas are snapshotted together", HelpName = "NAME", DefaultValueFactory = _ => "" };
        Option<int> workers = new Option<int>("--workers") { Description = "How many objects are fetched at a time", HelpName = "N", DefaultValueFactory = _ => defaults.Workers }
            .Within("objects", 1, 1024);
        Option<string?> proxy = new Option<string?>("--proxy") { Description = "Proxies towards the source, as CVMFS_HTTP_PROXY writes them", HelpName = "SPEC" }.NotEmpty();
        Option<int?> interval = new Option<int?>("--interval") { Description = "How often a service takes a snapshot [default: the service's interval]", HelpName = "SECONDS" }
            .Within("seconds", 1, int.MaxValue);
        Option<bool> passThrough = new("--pass-through") { Description = "Keep nothing: hand requests on to the source" };
        Option<bool> collects = new("--auto-gc") { Description = "Collect garbage after snapshots, in step with the source" };
        Command command = new("add-replica", "Make a replica of a repository that is published elsewhere.")
        {
            name, from, key, storage, group, workers, proxy, interval, passThrough, collects,
        };
        globals.Handle(command, context =>
        {
            ParseResult arguments = context.Arguments;
            bool keepsNothing = arguments.GetValue(passThrough);
            UsageException.Require(keepsNothing || arguments.GetValue(key) is not null, "--key is missing: the public master key that the source's signatures are checked with");
            UsageException.Require(!keepsNothing || arguments.GetValue(storage) is null, "--pass-through keeps nothing, so it takes no --storage");
            UsageException.Require(!keepsNothing || !arguments.GetValue(collects), "--pass-through keeps nothing, so it takes no --auto-gc");
            return Run(context, new ReplicaSettings
            {
                Name = arguments.GetRequiredValue(name),
                Storage = arguments.GetValue(storage) is { } place && !place.StartsWith("s3://", StringComparison.Ordinal) ? Path.GetFullPath(place) : arguments.GetValue(storage) ?? "",
                Sources = arguments.GetRequiredValue(from).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                PublicKeys = arguments.GetValue(key) is { } file ? [Path.GetFullPath(file)] : [],
                Group = arguments.GetRequiredValue(group),
                Workers = arguments.GetRequiredValue(workers),
                Proxy = arguments.GetValue(proxy),
                Interval = arguments.GetValue(interval) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                IsPassThrough = keepsNothing,
                CollectsAutomatically = arguments.GetValue(collects),
            });
        });
        return command;
    }

    private static int Run(CommandContext context, ReplicaSettings wanted)
    {
        OperationContext operation = new() { Home = new RepositoryHome(context.Home), Clock = context.Clock, Cancellation = context.Cancellation };
        ReplicaSettings made = ReplicaMaker.Run(wanted, operation);
        if (context.Json)
        {
            context.WriteJson(new AddReplicaReport(made.Name, made.Sources, made.Storage, made.IsPassThrough), CommandJson.Default.AddReplicaReport);
        }
        else
        {
            context.Output.WriteLine(made.IsPassThrough
                ? $"{made.Name} is handed on from {made.Sources[0]}"
                : $"made a replica of {made.Name} in {made.Storage}; fill it with: strato snapshot {made.Name}");
        }

        return ExitCode.Done;
    }
}
