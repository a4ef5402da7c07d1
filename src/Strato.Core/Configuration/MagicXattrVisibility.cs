namespace Strato.Core.Configuration;

/// <summary>
/// To whom <c>listxattr</c> names the magic extended attributes; asking for one by its name always works. By default they are
/// named nowhere (the genuine client names them on the root): what copies attributes by listing them, such as <c>rsync -X</c> or a
/// publish from a mount, would otherwise make real attributes of a process id and an uptime.
/// </summary>
public enum MagicXattrVisibility
{
    /// <summary>On the root directory alone.</summary>
    RootOnly,

    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>On every entry.</summary>
    Always,
}
