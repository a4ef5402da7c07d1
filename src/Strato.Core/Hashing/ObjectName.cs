namespace Strato.Core.Hashing;

/// <summary>A hash and the kind of object that it names: what a store is asked for.</summary>
/// <param name="Hash">The hash of the object's stored bytes.</param>
/// <param name="Kind">The kind, which is part of the file name.</param>
public readonly record struct ObjectName(ObjectHash Hash, ObjectKind Kind)
{
    /// <summary>The object's place below a repository's root, such as <c>data/4f/b3d2…C</c>.</summary>
    public string StoragePath
    {
        get
        {
            string text = Hash.ToString();
            return Kind == ObjectKind.File
                ? string.Concat("data/", text.AsSpan(0, 2), "/", text.AsSpan(2))
                : string.Concat(string.Concat("data/", text.AsSpan(0, 2), "/", text.AsSpan(2)), ((char)Kind).ToString());
        }
    }

    /// <summary>The hash's text followed by the kind's letter, as the genuine tools print it.</summary>
    public override string ToString() => Kind == ObjectKind.File ? Hash.ToString() : Hash.ToString() + (char)Kind;
}
