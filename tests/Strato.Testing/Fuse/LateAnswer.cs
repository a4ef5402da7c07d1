using Strato.Fuse.Protocol;

namespace Strato.Testing.Fuse;

/// <summary>What a deferred request will be answered with.</summary>
/// <param name="Kind">Which of the fields counts.</param>
/// <param name="Entry">For a lookup, and its attributes for GETATTR.</param>
public readonly record struct LateAnswer(LateKind Kind, FuseEntryOut Entry)
{
    public byte[]? Content { get; init; }

    public int Start { get; init; }

    public int Length { get; init; }
}
