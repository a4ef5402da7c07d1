
namespace Strato.Client.Volumes;

/// <summary>Which repositories volumes may show: names, <c>*.DOMAIN</c>, or <c>*</c>. Without any, all; the whole name space only where all are allowed.</summary>
public sealed class RepositoryAllowList(IReadOnlyList<string> patterns)
{
    /// <summary>Throws PERMISSION_DENIED for a repository that is not allowed; null is the whole name space.</summary>
    public void Require(string? repository)
    {
        if (!IsAllowed(repository))
        {
            throw new VolumeFailure(VolumeFailureKind.PermissionDenied, repository is null
                ? "a volume of all repositories is not allowed here: name one with the attribute repository, or ask the administrator (--allow)"
                : $"the repository {repository} is not allowed here: ask the administrator to add it to the driver's list (--allow)");
        }
    }

    private bool IsAllowed(string? repository) =>
        patterns.Count == 0
        || patterns.Contains("*")
        || (repository is not null && patterns.Any(pattern => pattern == repository || (pattern.StartsWith("*.", StringComparison.Ordinal) && repository.EndsWith(pattern[1..], StringComparison.Ordinal))));
}
