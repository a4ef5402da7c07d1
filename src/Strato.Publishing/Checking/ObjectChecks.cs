using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Publishing.Traversal;
using Strato.Storage.Objects;

namespace Strato.Publishing.Checking;

/// <summary>
/// Checks files' objects on several threads, each object once: that it is there, or (with data) that every byte of it is right. Any thread may add.
/// </summary>
internal sealed class ObjectChecks : IDisposable
{
    private const int Queued = 4096;

    private readonly IObjectSource source;
    private readonly ProblemReport problems;
    private readonly bool readsData;
    private readonly CancellationTokenSource stop;
    private readonly CancellationToken token;
    private readonly BlockingCollection<Check> queue = new(Queued);
    private readonly ObjectNameSet seen;
    private readonly DamageList damage;
    private readonly List<Thread> threads = [];
    private ExceptionDispatchInfo? failure;
    private long done;

    public ObjectChecks(
        IObjectSource source, ProblemReport problems, DamageList damage, ObjectNameSet seen, bool readsData, CancellationToken cancellation)
    {
        this.damage = damage;
        this.seen = seen;
        this.source = source;
        this.problems = problems;
        this.readsData = readsData;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        token = stop.Token;
        for (int number = 0; number < source.Parallelism; number++)
        {
            Thread thread = new(Run) { Name = "check objects", IsBackground = true };
            threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>The objects that were checked so far.</summary>
    public long Done => Volatile.Read(ref done);

    /// <summary>Has an object checked.</summary>
    /// <param name="name">The object.</param>
    /// <param name="compression">How it is encoded.</param>
    /// <param name="plainSize">Its plain bytes.</param>
    /// <param name="directory">The directory of a file that needs it, for messages.</param>
    /// <param name="file">That file's name.</param>
    public void Add(ObjectName name, CompressionAlgorithm compression, long plainSize, RepositoryPath directory, ReadOnlySpan<byte> file)
    {
        if (!seen.Add(name))
        {
            return;
        }

        try
        {
            queue.Add(new Check(name, compression, plainSize, directory, file.ToArray()), token);
        }
        catch (OperationCanceledException)
        {
            failure?.Throw();
            throw;
        }
    }

    /// <summary>Waits until everything that was added is checked.</summary>
    public void Complete()
    {
        queue.CompleteAdding();
        threads.ForEach(thread => thread.Join());
        failure?.Throw();
        token.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        stop.Cancel();
        threads.ForEach(thread => thread.Join());
        queue.Dispose();
        stop.Dispose();
    }

    private void Run()
    {
        try
        {
            foreach (Check check in queue.GetConsumingEnumerable(token))
            {
                if (Examine(check) is { } problem)
                {
                    damage.Add(new DamagedObject(check.Name, check.Compression, check.PlainSize));
                    problems.Add($"{check.Directory.Append(check.File)}: object {check.Name} {problem}");
                }

                Interlocked.Increment(ref done);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The check is being stopped.
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(error), null);
            stop.Cancel();
        }
    }

    private string? Examine(Check check)
    {
        string key = ObjectKey.Of(check.Name);
        if (!readsData)
        {
            return source.Probe(key, token);
        }

        using ObjectVerification verification = new(check.Name.Hash, check.Compression, check.PlainSize, check.PlainSize);
        return source.Feed(key, verification, token);
    }

    private sealed record Check(ObjectName Name, CompressionAlgorithm Compression, long PlainSize, RepositoryPath Directory, byte[] File);
}
