using Strato.Publishing.Differences;
using Strato.Publishing.Operations;
using Strato.Publishing.Revisions;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing;

/// <summary>Keeps what a comparison tells.</summary>
internal sealed class RecordedChanges : IRevisionChanges
{
    public NamedRevision From { get; private set; } = null!;

    public NamedRevision To { get; private set; } = null!;

    public List<RevisionChange> Changes { get; } = [];

    public DifferenceCounts Counts { get; private set; } = null!;

    /// <summary>Each change as <c>+PATH</c>, <c>-PATH</c> or <c>PATH: DIFFERENCES</c>, in the order in which they came.</summary>
    public IEnumerable<string> Lines => Changes.Select(change =>
        change.Before is null ? $"+{change.Path}" : change.After is null ? $"-{change.Path}" : $"{change.Path}: {change.Differences}");

    public static RecordedChanges Of(TemporaryHome home, string from, string to)
    {
        RecordedChanges recorded = new();
        recorded.Counts = RevisionComparison.Run(TemporaryHome.Name, from, to, recorded, home.Context());
        return recorded;
    }

    public void Begin(NamedRevision from, NamedRevision to) => (From, To) = (from, to);

    public void Add(RevisionChange change) => Changes.Add(change);
}
