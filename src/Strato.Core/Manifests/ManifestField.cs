namespace Strato.Core.Manifests;

/// <summary>A line of a manifest that this version does not know, kept so that signing anew does not lose it.</summary>
/// <param name="Key">The line's first byte.</param>
/// <param name="Value">The rest of the line.</param>
public readonly record struct ManifestField(byte Key, ReadOnlyMemory<byte> Value);
