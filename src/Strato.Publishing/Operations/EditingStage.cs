using System.Runtime.ExceptionServices;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Publishing.Committing;
using Strato.Publishing.Merging;
using Strato.Publishing.Objects;
using Strato.Publishing.Pipeline;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Operations;

/// <summary>
/// Everything that an operation edits a repository with: the pipeline, the catalogs, the counters. Whatever happens, its threads have ended
/// and its files are closed when it is disposed.
/// </summary>
internal sealed class EditingStage : IDisposable
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly StoredCounter objects = new();
    private readonly CatalogWorkspace workspace;
    private readonly Timer progress;

    /// <summary>Starts the threads.</summary>
    /// <param name="session">The repository.</param>
    /// <param name="context">Who is told.</param>
    /// <param name="cuts">Whether large files are cut into chunks where the settings ask for it.</param>
    public EditingStage(RepositorySession session, OperationContext context, bool cuts)
    {
        RepositorySettings settings = session.Settings;
        Pipeline = new ContentPipeline(session.Store, OptionsOf(settings, cuts), objects, session.Cancellation);
        workspace = new CatalogWorkspace(session.Store, session.Places.Work, settings.Hash, settings.Encoding, objects, Pipeline.Cancellation);
        EmptyFile = new Lazy<(ObjectHash, CompressionAlgorithm)>(() => workspace.PutEmptyFile(settings.Encoding));
        Catalogs = new CatalogTree(workspace, new CatalogTreeOptions
        {
            Time = session.Now,
            TimeToLive = settings.TimeToLive,
            Balance = settings.AutomaticCatalogs
                ? new CatalogBalance(settings.AutomaticCatalogMaximum, settings.AutomaticCatalogMinimum, () => EmptyFile.Value)
                : null,
            NestedLimit = 1000L * settings.NestedCatalogLimit,
            RootLimit = 1000L * settings.RootCatalogLimit,
            EnforcesLimits = settings.EnforceLimits,
            Warn = context.Warn,
        });
        progress = new Timer(_ => context.Progress(Counts), null, ProgressInterval, ProgressInterval);
    }

    public ContentPipeline Pipeline { get; }

    public CatalogTree Catalogs { get; }

    /// <summary>The object of an empty file, put when it is first asked for.</summary>
    public Lazy<(ObjectHash Hash, CompressionAlgorithm Compression)> EmptyFile { get; }

    public PublishCounts Counts => new(Pipeline.Contents.Count, Pipeline.Contents.Bytes, objects.Count, objects.Bytes);

    /// <summary>
    /// Edits the catalogs from the root down, on a thread with a stack for the deepest tree that the kernel can hold, and returns what became of
    /// them once every content is stored.
    /// </summary>
    /// <param name="session">The repository.</param>
    /// <param name="edit">The visitor's work; it does not leave the root.</param>
    public SealedTree Run(RepositorySession session, Action<WorkingCatalog> edit)
    {
        const int stackLength = 64 * 1024 * 1024;
        ExceptionDispatchInfo? failure = null;
        Thread visitor = new(
            () =>
            {
                try
                {
                    Pipeline.Guard(() =>
                    {
                        WorkingCatalog root = Catalogs.OpenRoot(session.BaseRoot.Hash, session.BaseRoot.Size);
                        edit(root);
                        Catalogs.Leave(root);
                    });
                }
                catch (Exception error)
                {
                    failure = ExceptionDispatchInfo.Capture(error);
                }
            },
            stackLength)
        {
            Name = "publish visitor",
        };
        visitor.Start();
        visitor.Join();
        failure?.Throw();
        Pipeline.Drain();
        return Catalogs.Outcome ?? throw new InvalidOperationException("the root catalog was not sealed");
    }

    public void Dispose()
    {
        progress.Dispose();
        Pipeline.Dispose();
        Catalogs.Dispose();
        workspace.Dispose();
    }

    private static PipelineOptions OptionsOf(RepositorySettings settings, bool cuts) => new()
    {
        Hash = settings.Hash,
        Encoding = settings.Encoding,
        Chunks = cuts ? settings.Chunks : null,
        LegacyBulkObjects = settings.LegacyBulkObjects,
    };
}
