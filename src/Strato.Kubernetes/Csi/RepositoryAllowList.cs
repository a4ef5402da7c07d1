using Grpc.Core;

namespace Strato.Kubernetes.Csi;

/// <summary>Which repositories volumes may show: names, <c>*.DOMAIN</c>, or <c>*</c>. Without any, all; the whole name space only where all are allowed.</summary>
internal sealed class RepositoryAllowList(IReadOnlyList<string> patterns)
{
    /// <summary>Throws PERMISSION_DENIED for a repository that is not allowed; null is the whole name space.</summary>
    public void Require(string? repository)
    {
        if (!IsAllowed(repository))
        {
            throw new CsiFailure(StatusCode.PermissionDenied, repository is null
                ? "a volume of all repositories is not allowed on this cluster: name one with the attribute repository, or ask the administrator (strato csi --allow)"
                : $"the repository {repository} is not allowed on this cluster: ask the administrator to add it to the driver's list (strato csi --allow)");
        }
    }

    private bool IsAllowed(string? repository) =>
        patterns.Count == 0
        || patterns.Contains("*")
        || (repository is not null && patterns.Any(pattern => pattern == repository || (pattern.StartsWith("*.", StringComparison.Ordinal) && repository.EndsWith(pattern[1..], StringComparison.Ordinal))));
}
