namespace Strato.Testing.Fuse;

/// <summary>What a late answer holds.</summary>
public enum LateKind
{
    Entry,
    Attributes,
    Opened,
    Data,
}
