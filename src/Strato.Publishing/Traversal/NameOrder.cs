using Strato.Core.Hashing;

namespace Strato.Publishing.Traversal;

/// <summary>Orders names by hash and then by kind.</summary>
internal sealed class NameOrder : IComparer<ObjectName>
{
    public static NameOrder Instance { get; } = new();

    public int Compare(ObjectName left, ObjectName right)
    {
        int order = left.Hash.CompareTo(right.Hash);
        return order != 0 ? order : left.Kind.CompareTo(right.Kind);
    }
}
