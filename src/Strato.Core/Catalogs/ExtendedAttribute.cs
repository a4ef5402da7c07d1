namespace Strato.Core.Catalogs;

/// <summary>One extended attribute, such as <c>security.capability</c>.</summary>
/// <param name="Name">The full name, 1 to 255 bytes without NUL.</param>
/// <param name="Value">At most 255 bytes.</param>
public readonly record struct ExtendedAttribute(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value);
