namespace Strato.Publishing.Traversal;

/// <summary>How catalogs are traversed.</summary>
internal sealed record TraversalOptions
{
    /// <summary>An existing directory for catalogs while they are open; one file for each worker.</summary>
    public required string Folder { get; init; }

    /// <summary>Catalogs that are read and open at a time.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Goes on to root catalogs that are attached somewhere (bind mount points), which belong to revisions of their own.</summary>
    public bool FollowsBindMountPoints { get; init; }
}
