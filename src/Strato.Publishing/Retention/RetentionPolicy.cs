using Strato.Core.History;

namespace Strato.Publishing.Retention;

/// <summary>Which automatic tags are kept: the newest so many, and those that are young. A tag goes where neither keeps it.</summary>
/// <param name="Keep">How many of the newest stay whatever their age.</param>
/// <param name="Before">Those since then stay; null where the age keeps none.</param>
public sealed record RetentionPolicy(int Keep, DateTimeOffset? Before)
{
    /// <summary>The tags of the default branch that are to go, newest first. Tags that a person named are never among them.</summary>
    public IReadOnlyList<HistoryTag> Outdated(IEnumerable<HistoryTag> tags) =>
    [
        .. tags.Where(tag => tag.Branch.Length == 0 && TagName.IsAutomatic(tag.Name))
            .OrderByDescending(tag => tag.Revision).ThenByDescending(tag => tag.Timestamp)
            .Skip(Keep)
            .Where(tag => Before is null || tag.Timestamp < Before.Value.ToUnixTimeSeconds()),
    ];
}
