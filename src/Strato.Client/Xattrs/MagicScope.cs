namespace Strato.Client.Xattrs;

/// <summary>Of which nodes a magic attribute is listed.</summary>
internal enum MagicScope
{
    Everything,

    /// <summary>Nodes with a content hash.</summary>
    Hashed,

    /// <summary>Regular files.</summary>
    Regular,

    /// <summary>Regular files whose bytes are external.</summary>
    External,

    Symlink,

    /// <summary>Everything, in repositories that say who may read them.</summary>
    Restricted,
}
