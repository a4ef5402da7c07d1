using Strato.Core;
using Strato.Publishing.Committing;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Storage.Local;

namespace Strato.Publishing.Checking;

/// <summary>
/// Checks a whole repository, from its signatures down to its objects: <c>strato check</c>. The current revision and every tagged one are
/// checked; a catalog that several have is checked once. Nothing is changed unless a repair is asked for, but what an interrupted publish left in a
/// repository of the home is mended first, if nobody publishes at the moment.
/// </summary>
public static class RepositoryCheck
{
    /// <summary>A catalog that is put in place shows what is missing below; deeper trees than this are not nested.</summary>
    private const int MaximumRepairs = 100;

    /// <summary>Runs the check. Problems are told as they are found; trouble that keeps it from running is an exception.</summary>
    /// <exception cref="StratoException">The repository cannot be found or reached.</exception>
    public static CheckOutcome Run(CheckRequest request, OperationContext context)
    {
        if (!request.Repairs)
        {
            return RunOnce(request, context, out _);
        }

        if (IsElsewhere(request.Subject))
        {
            throw new StratoException($"cannot repair {request.Subject}: repair a repository of the home, by its name");
        }

        int repaired = 0;
        for (int round = 0; ; round++)
        {
            List<string> found = [];
            CheckOutcome outcome = RunOnce(request with { Found = found.Add, IsIncremental = false }, context, out IReadOnlyList<DamagedObject> damage);
            int count = round < MaximumRepairs && damage.Count > 0 ? ObjectRepair.Run(request, damage, context) : 0;
            if (count == 0)
            {
                found.ForEach(request.Found);
                return outcome with { Repaired = repaired };
            }

            repaired += count;
        }
    }

    private static CheckOutcome RunOnce(CheckRequest request, OperationContext context, out IReadOnlyList<DamagedObject> damage)
    {
        using IObjectSource source = Open(request, context);
        string work = Directory.CreateTempSubdirectory("strato-check-").FullName;
        try
        {
            using CheckRun run = new(source, work, request, context);
            CheckOutcome outcome = run.Run(IsElsewhere(request.Subject) ? null : context.Home.Places(request.Subject));
            damage = run.Damage;
            return outcome;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static bool IsElsewhere(string subject) => subject.Contains('/', StringComparison.Ordinal);

    private static IObjectSource Open(CheckRequest request, OperationContext context)
    {
        string subject = request.Subject;
        if (subject.Contains("://", StringComparison.Ordinal))
        {
            return new HttpObjectSource(subject.TrimEnd('/'));
        }

        if (IsElsewhere(subject))
        {
            return new StoreObjectSource(LocalObjectStore.Open(subject));
        }

        RepositorySettings settings = context.Home.Load(subject);
        if (!settings.IsReplica)
        {
            using RepositorySession? session = RepositorySession.TryOpen(context, subject);
            if (session is null)
            {
                request.Note($"{subject} is being published at the moment; what is checked is the revision before");
            }
        }

        return new StoreObjectSource(context.Stores.Open(settings));
    }
}
