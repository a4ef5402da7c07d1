using Strato.Core.Hashing;

namespace Strato.Publishing.Collecting;

/// <summary>Marks what was published while a collection searched and swept. One thread.</summary>
internal sealed class Remarking(Marking marking, MarkVisitor visitor)
{
    /// <summary>Marks what is needed now besides.</summary>
    public void Run(AnnouncedRoot announced) => marking.Run(announced);

    /// <summary>True where an object of the list is needed after all.</summary>
    public bool IsSpared(in ObjectName name) => visitor.IsLate(name);
}
