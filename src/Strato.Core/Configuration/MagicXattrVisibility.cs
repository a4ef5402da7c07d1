namespace Strato.Core.Configuration;

/// <summary>To whom <c>listxattr</c> names the magic extended attributes; asking for one by its name always works.</summary>
public enum MagicXattrVisibility
{
    /// <summary>On the root directory alone.</summary>
    RootOnly,

    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>On every entry.</summary>
    Always,
}
