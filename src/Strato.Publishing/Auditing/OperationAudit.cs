using System.Diagnostics;
using Strato.Core;
using Strato.Core.Manifests;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Auditing;

/// <summary>
/// Runs operations that change repositories so that the audit log has them from beginning to end and the metrics count them. An operation inside another
/// one belongs to that.
/// </summary>
public static class OperationAudit
{
    /// <summary>Runs an operation.</summary>
    /// <param name="operation">Its name: the command's.</param>
    /// <param name="repository">The repository's name.</param>
    /// <param name="context">What the operation was given.</param>
    /// <param name="run">The operation; its context has <see cref="OperationContext.Audit"/> set.</param>
    /// <param name="mayGoUnrecorded">True for what must not fail because its beginning cannot be written, such as giving something up on a full disk.</param>
    /// <exception cref="IOException">The log cannot be written, and nothing was done.</exception>
    /// <exception cref="StratoException">The operation failed.</exception>
    public static T Run<T>(string operation, string repository, OperationContext context, Func<OperationContext, T> run, bool mayGoUnrecorded = false)
    {
        if (context.Audit is not null || !context.Home.Contains(repository))
        {
            return run(context);
        }

        RepositoryPlaces places = context.Home.Places(repository);
        OperationRecord record = new(operation, repository);
        AuditTrail trail = new(places);
        AuditLine begin = new()
        {
            Event = "begin",
            Id = Guid.NewGuid().ToString("N"),
            Time = context.Clock.GetUtcNow(),
            Operation = operation,
            Repository = repository,
            Actor = AuditActor.Current,
        };
        Begin(trail, begin, mayGoUnrecorded, context);
        long started = Stopwatch.GetTimestamp();
        AuditLine end = begin with { Event = "end", Actor = null, Outcome = AuditOutcome.Failed };
        try
        {
            T result = run(context with { Audit = record });
            if (result is PublishOutcome outcome)
            {
                record.Take(outcome.Counts);
                record.IsUnchanged = !outcome.IsChanged;
            }

            end = end with { Outcome = record.IsUnchanged ? AuditOutcome.Unchanged : AuditOutcome.Done };
            return result;
        }
        catch (OperationCanceledException)
        {
            end = end with { Outcome = AuditOutcome.Interrupted };
            throw;
        }
        catch (Exception error)
        {
            end = end with { Error = error.Message.ReplaceLineEndings(" ") };
            throw;
        }
        finally
        {
            End(context, trail, record, end with
            {
                Time = context.Clock.GetUtcNow(),
                Seconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3),
                Before = Of(record.Before),
                After = Of(record.After),
                Tag = record.Tag,
                Counts = record.Counts(),
            });
        }
    }

    /// <summary>The same for what answers nothing.</summary>
    /// <inheritdoc cref="Run{T}(string, string, OperationContext, Func{OperationContext, T}, bool)"/>
    public static void Run(string operation, string repository, OperationContext context, Action<OperationContext> run, bool mayGoUnrecorded = false) =>
        Run(operation, repository, context, audited =>
        {
            run(audited);
            return true;
        }, mayGoUnrecorded);

    private static void Begin(AuditTrail trail, AuditLine line, bool mayGoUnrecorded, OperationContext context)
    {
        try
        {
            trail.Append(line);
        }
        catch (IOException error) when (mayGoUnrecorded)
        {
            context.Warn(error.Message);
        }
    }

    // What was done stays done, be it recorded or not.
    private static void End(OperationContext context, AuditTrail trail, OperationRecord record, AuditLine line)
    {
        try
        {
            trail.Append(line, () => OperationTotals.Add(context.Home, line, record));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            context.Warn($"{error.Message}: that the {line.Operation} of {line.Repository} ended as '{line.Outcome!.Value.ToString().ToLowerInvariant()}' is not recorded");
        }
    }

    private static AuditRevision? Of(Manifest? manifest) => manifest is null ? null : new AuditRevision(manifest.Revision, manifest.RootCatalog.ToString());
}
