namespace Strato.Publishing.Synchronizing;

/// <summary>What a source directory says about a catalog of its own.</summary>
internal enum SourceMarker
{
    /// <summary>Nothing.</summary>
    Absent,

    /// <summary>There is to be one.</summary>
    Present,

    /// <summary>There is to be none any more.</summary>
    Removed,
}
