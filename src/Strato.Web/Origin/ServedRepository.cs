using Strato.Storage.Objects;

namespace Strato.Web.Origin;

/// <summary>A repository as the origin sees it.</summary>
/// <param name="Name">The fully qualified repository name.</param>
/// <param name="Store">Where its objects lie.</param>
/// <param name="IsReplica">True for a copy of a repository that is published elsewhere.</param>
public sealed record ServedRepository(string Name, IObjectSource Store, bool IsReplica = false)
{
    /// <summary>True for a replica that keeps nothing: what is asked for comes from its source.</summary>
    public bool IsPassThrough { get; init; }
}
