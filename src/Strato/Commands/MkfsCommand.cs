using System.CommandLine;
using Strato.Arguments;
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
        Argument<string> name = RepositoryArgument.Create("The repository's name, such as sft.example.org");
        Option<string?> storage = new Option<string?>("--storage") { Description = "Where objects live [default: HOME/srv/cvmfs/FQRN]", HelpName = "DIR" }.NotEmpty();
        Option<string?> keys = new Option<string?>("--keys") { Description = "Where the keys are, or are put if none are there [default: the home]", HelpName = "DIR" }.NotEmpty();
        Option<string?> masterKey = new Option<string?>("--masterkey") { Description = "The private master key, which is used once and not kept", HelpName = "FILE" }.NotEmpty();
        Option<string?> publicKey = new Option<string?>("--public-key") { Description = "The public master key, where the private one is elsewhere: the whitelist is signed there", HelpName = "FILE" }.NotEmpty();
        Option<string> hash = new("--hash") { Description = "The hash that names objects", DefaultValueFactory = _ => "sha1" };
        hash.OneOf("sha1", "rmd160", "shake128");
        Option<string> compression = new("--compression") { Description = "How files are stored", DefaultValueFactory = _ => "zlib" };
        compression.OneOf("zlib", "zlib-fast", "none");
        Option<bool> isVolatile = new("--volatile") { Description = "Let clients drop the content first when their cache is full" };
        Option<bool> collectable = new("--garbage-collectable") { Description = "Allow old revisions to be collected" };
        Option<int> ttl = new("--ttl") { Description = "How long clients keep a revision before they look for a newer one", HelpName = "SECONDS", DefaultValueFactory = _ => 240 };
        ttl.Within("seconds", 1, int.MaxValue);
        Option<long> chunkMinimum = Bytes("--chunk-min", "The smallest chunk of a file", ChunkSizes.Default.Minimum);
        Option<long> chunkAverage = Bytes("--chunk-avg", "The usual chunk of a file", ChunkSizes.Default.Average);
        Option<long> chunkMaximum = Bytes("--chunk-max", "The largest chunk of a file", ChunkSizes.Default.Maximum);
        Option<bool> automatic = new("--autocatalogs") { Description = "Make and remove nested catalogs by their size" };
        RepositorySettings defaults = new() { Name = string.Empty, Storage = string.Empty };
        Option<int> heaviest = new("--autocatalogs-max") { Description = "Entries above which a catalog is split", HelpName = "ENTRIES", DefaultValueFactory = _ => defaults.AutomaticCatalogMaximum };
        Option<int> lightest = new("--autocatalogs-min") { Description = "Entries below which one is merged", HelpName = "ENTRIES", DefaultValueFactory = _ => defaults.AutomaticCatalogMinimum };
        heaviest.Within("entries", 2, int.MaxValue);
        lightest.Within("entries", 1, int.MaxValue);
        Command command = new("mkfs", "Make a new, empty repository with its keys.")
        {
            name, storage, keys, masterKey, publicKey, hash, compression, isVolatile, collectable, ttl, chunkMinimum, chunkAverage, chunkMaximum, automatic, heaviest, lightest,
        };
        globals.Handle(command, context =>
        {
            ParseResult arguments = context.Arguments;
            ChunkSizes? chunks = null;
            UsageException.Check(() => chunks = new ChunkSizes(
                arguments.GetRequiredValue(chunkMinimum), arguments.GetRequiredValue(chunkAverage), arguments.GetRequiredValue(chunkMaximum)));
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
                TimeToLive = arguments.GetRequiredValue(ttl),
                Chunks = chunks,
                AutomaticCatalogs = arguments.GetValue(automatic),
                AutomaticCatalogMaximum = arguments.GetRequiredValue(heaviest),
                AutomaticCatalogMinimum = arguments.GetRequiredValue(lightest),
            };
            UsageException.Require(
                settings.AutomaticCatalogMinimum < settings.AutomaticCatalogMaximum,
                $"--autocatalogs-min {settings.AutomaticCatalogMinimum} must be less than --autocatalogs-max {settings.AutomaticCatalogMaximum}");
            return Run(context, new MakeRepositoryRequest
            {
                Settings = settings,
                IsVolatile = arguments.GetValue(isVolatile),
                MasterKey = arguments.GetValue(masterKey),
                PublicKey = arguments.GetValue(publicKey),
            });
        });
        return command;
    }

    private static int Run(CommandContext context, MakeRepositoryRequest request)
    {
        OperationContext operation = context.Operation();
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
            if (WhitelistSigning.Expiry(name, operation) is null)
            {
                context.Output.WriteLine($"before it can be published its whitelist is to be signed where the master key is: strato resign {name} --request FILE");
            }
        }

        return ExitCode.Done;
    }

    private static Option<long> Bytes(string name, string description, long fallback) =>
        new Option<long>(name) { Description = description, HelpName = "BYTES", DefaultValueFactory = _ => fallback }
            .Within("bytes", ContentChunker.Window, long.MaxValue);

    private static string? FullPath(string? path) =>
        path is null || path.StartsWith("s3://", StringComparison.Ordinal) ? path : Path.GetFullPath(path);
}
