using System.Buffers.Binary;
using Strato.Client.Namespace;
using Strato.Core.Hashing;

namespace Strato.Client.Revisions;

/// <summary>One state of a repository that an attachment shows or has shown. Requests take the current one when they begin.</summary>
/// <param name="Epoch">Counts the revisions that the node table has seen, in any attachment and process; never 0.</param>
/// <param name="Number">The repository's revision number.</param>
/// <param name="RootHash">The root catalog.</param>
/// <param name="MetaInfo">The repository's meta information; null where there is none or, for a pinned revision, none is known.</param>
/// <param name="Catalogs">The catalogs below it.</param>
internal sealed record Revision(uint Epoch, ulong Number, ObjectHash RootHash, ObjectHash? MetaInfo, CatalogTree Catalogs)
{
    /// <summary>Marks places in listings of this revision, by whatever process they are made: 16 bits, never 0.</summary>
    public ushort ListingMark { get; } = MarkOf(RootHash);

    /// <summary>The <see cref="ListingMark"/> of the revision with a root catalog.</summary>
    public static ushort MarkOf(ObjectHash root) => Math.Max((ushort)1, BinaryPrimitives.ReadUInt16LittleEndian(root.Bytes));
}
