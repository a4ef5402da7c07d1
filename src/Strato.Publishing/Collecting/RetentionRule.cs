namespace Strato.Publishing.Collecting;

/// <summary>Which revisions without a tag stay. Times are seconds of Unix time.</summary>
/// <param name="Revisions">So many before the current one.</param>
/// <param name="Since">Those that were current at this time or later.</param>
/// <param name="GraceSince">The same for tags, and for objects.</param>
internal sealed record RetentionRule(int Revisions, long Since, long GraceSince)
{
    /// <summary>Makes the rule of a request at a moment, which then holds however the clock is set meanwhile.</summary>
    public static RetentionRule Of(CollectionRequest request, TimeSpan usualAge, DateTimeOffset now)
    {
        TimeSpan age = request.KeptAge ?? (request.KeptRevisions is null ? usualAge : TimeSpan.Zero);
        return new RetentionRule(request.KeptRevisions ?? 0, Before(now, age > request.Grace ? age : request.Grace), Before(now, request.Grace));
    }

    /// <summary>True where something of that time stays on account of its age.</summary>
    public bool IsYoung(long timestamp) => timestamp >= Since;

    // No age at all means no time at all, not this very second.
    private static long Before(DateTimeOffset now, TimeSpan age) =>
        age == TimeSpan.Zero ? long.MaxValue : now.ToUnixTimeSeconds() - (long)Math.Min(age.TotalSeconds, now.ToUnixTimeSeconds());
}
