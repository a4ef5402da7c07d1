namespace Strato.Publishing.Traversal;

/// <summary>A catalog from when it is known until everything below it has been shown. Changed under the queue's lock.</summary>
internal sealed class TraversalNode(CatalogPlace place)
{
    public CatalogPlace Place => place;

    /// <summary>Catalogs right below that are not done.</summary>
    public int Pending { get; set; }

    /// <summary>Catalogs that refer to it and wait for it.</summary>
    public List<TraversalNode> Waiting { get; } = new(1);

    /// <summary>True where the visitor did not want it.</summary>
    public bool IsLeftOut { get; set; }

    /// <summary>True where it or one below could not be read.</summary>
    public bool IsIncomplete { get; set; }
}
