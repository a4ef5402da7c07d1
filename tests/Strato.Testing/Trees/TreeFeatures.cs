namespace Strato.Testing.Trees;

/// <summary>What a tree for tests may hold beside files, directories and links: some need root, some a file system that has them.</summary>
[Flags]
public enum TreeFeatures
{
    None = 0,

    /// <summary>Extended attributes in the <c>user.</c> namespace.</summary>
    Attributes = 1,

    /// <summary>Owners and groups other than the caller's; needs root.</summary>
    Owners = 2,

    /// <summary>Character and block devices, and attributes in the <c>trusted.</c> and <c>security.</c> namespaces; needs root.</summary>
    Devices = 4,
}
