using Strato.Core.Hashing;

namespace Strato.Core.Reflog;

/// <summary>An object that a manifest named.</summary>
/// <param name="Name">A catalog, certificate, history or meta information.</param>
/// <param name="Timestamp">When it was last added, in seconds of Unix time.</param>
public readonly record struct ReflogReference(ObjectName Name, long Timestamp)
{
    /// <summary>The kinds that a reflog holds.</summary>
    public static IReadOnlyList<ObjectKind> Kinds { get; } = [ObjectKind.Catalog, ObjectKind.Certificate, ObjectKind.History, ObjectKind.MetaInfo];

    /// <summary>The number in column <c>type</c>.</summary>
    internal static long TypeOf(ObjectKind kind) => kind switch
    {
        ObjectKind.Catalog => 0,
        ObjectKind.Certificate => 1,
        ObjectKind.History => 2,
        ObjectKind.MetaInfo => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "reflogs do not hold this kind of object"),
    };
}
