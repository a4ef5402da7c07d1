using System.CommandLine;
using Strato.Core;
using Strato.Core.Chunking;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;

namespace Strato.Commands;

/// <summary><c>strato mkfs</c>: a new, empty repository.</summary>
internal static class MkfsCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = new("FQRN") { Description = "The repository's name, such as sft.example.org" };
        Option<string?> storage = new("--storage") { Description = "Where objects live [default: HOME/srv/cvmfs/FQRN]", HelpName = "DIR" };
        Option<string?> keys = new("--keys") { Description = "Where the keys are, or are put if none are there [default: the home]", HelpName = "DIR" };
        Option<string> hash = new("--hash") { Description = "The hash that names objects", DefaultValueFactory = _ => "sha1" };
        hash.AcceptOnlyFromAmong("sha1", "rmd160", "shake128");
        Option<string> compression = new("--compression") { Description = "How files are stored", DefaultValueFactory = _ => "zlib" };
        compression.AcceptOnlyFromAmong("zlib", "zlib-fast", "none");
        Option<bool> isVolatile = new("--volatile") { Description = "Let clients drop the content first when their cache is full" };
        Option<bool> collectable = new("--garbage-collectable") { Description = "Allow old revisions to be collected" };
        Option<int> ttl = new("--ttl") { Description = "How long clients keep a revision before they look for a newer one", HelpName = "SECONDS", DefaultValueFactory = _ => 240 };
        Option<long> chunkMinimum = Bytes("--chunk-min", "The smallest chunk of a file", ChunkSizes.Default.Minimum);
        Option<long> chunkAverage = Bytes("--chunk-avg", "The usual chunk of a file", ChunkSizes.Default.Average);
        Option<long> chunkMaximum = Bytes("--chunk-max", "The largest chunk of a file", ChunkSizes.Default.Maximum);
        Option<bool> automatic = new("--autocatalogs") { Description = "Make and remove nested catalogs by their size" };
        RepositorySettings defaults = new() { Name = string.Empty, Storage = string.Empty };
        Option<int> heaviest = new("--autocatalogs-max") { Description = "Entries above which a catalog is split", HelpName = "ENTRIES", DefaultValueFactory = _ => defaults.AutomaticCatalogMaximum };
        Option<int> lightest = new("--autocatalogs-min") { Description = "Entries below which one is merged", HelpName = "ENTRIES", DefaultValueFactory = _ => defaults.AutomaticCatalogMinimum };
        Command command = new("mkfs", "Make a new, empty repository with its keys.")
        {
            name, storage, keys, hash, compression, isVolatile, collectable, ttl, chunkMinimum, chunkAverage, chunkMaximum, automatic, heaviest, lightest,
        };
        globals.Handle(command, context =>
        {
            ParseResult arguments = context.Arguments;
            RepositorySettings settings = new()
            {
                Name = arguments.GetRequiredValue(name),
                Storage = FullPath(arguments.GetValue(storage)) ?? string.Empty,
                Keys = FullPath(arguments.GetValue(keys)),
                Hash = Enum.Parse<HashAlgorithm>(arguments.GetRequiredValue(hash), ignoreCase: true),
                Encoding = arguments.GetRequiredValue(compression) switch
                {
                    "zlib" => ObjectEncoding.Zlib,
                    "zlib-fast" => ObjectEncoding.ZlibFast,
                    _ => ObjectEncoding.None,
                },
                IsGarbageCollectable = arguments.GetValue(collectable),
                TimeToLive = Positive(arguments.GetRequiredValue(ttl), "--ttl"),
                Chunks = new ChunkSizes(arguments.GetRequiredValue(chunkMinimum), arguments.GetRequiredValue(chunkAverage), arguments.GetRequiredValue(chunkMaximum)),
                AutomaticCatalogs = arguments.GetValue(automatic),
                AutomaticCatalogMaximum = Positive(arguments.GetRequiredValue(heaviest), "--autocatalogs-max"),
                AutomaticCatalogMinimum = Positive(arguments.GetRequiredValue(lightest), "--autocatalogs-min"),
            };
            return Run(context, new MakeRepositoryRequest { Settings = settings, IsVolatile = arguments.GetValue(isVolatile) });
        });
        return command;
    }

    private static int Run(CommandContext context, MakeRepositoryRequest request)
    {
        OperationContext operation = new() { Home = new RepositoryHome(context.Home), Clock = context.Clock, Cancellation = context.Cancellation };
        PublishOutcome outcome = RepositoryMaker.Run(request, operation);
        string name = request.Settings.Name;
        RepositorySettings settings = operation.Home.Load(name);
        string key = settings.Keys is { } keys ? Path.Combine(keys, $"{name}.pub") : operation.Home.Places(name).PublicKey;
        if (context.Json)
        {
            context.WriteJson(new MkfsReport(name, outcome.Revision, outcome.RootCatalog, settings.Storage, key), CommandJson.Default.MkfsReport);
        }
        else
        {
            context.Output.WriteLine($"made {name} in {settings.Storage}; clients need {key}");
        }

        return ExitCode.Done;
    }

    private static Option<long> Bytes(string name, string description, long fallback) =>
        new(name) { Description = description, HelpName = "BYTES", DefaultValueFactory = _ => fallback };

    private static int Positive(int value, string option) =>
        value > 0 ? value : throw new StratoException($"{option} must be at least 1, not {value}");

    private static string? FullPath(string? path) =>
        path is null || path.StartsWith("s3://", StringComparison.Ordinal) ? path : Path.GetFullPath(path);
}
