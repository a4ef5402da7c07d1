using Strato.Core.Configuration;

namespace Strato.Client.Namespace;

/// <summary>
/// Whose files a mount shows: the catalog's owners, mapped (CVMFS_UID_MAP, CVMFS_GID_MAP), or one owner for all
/// (CVMFS_CLAIM_OWNERSHIP). Immutable.
/// </summary>
internal sealed record Ownership
{
    /// <summary>What the catalogs say.</summary>
    public static Ownership AsPublished { get; } = new();

    /// <summary>Shown as everything's user and group; null where the catalog's count.</summary>
    public (uint Uid, uint Gid)? Claimed { get; init; }

    /// <summary>Users to show for those in the catalogs.</summary>
    public OwnerMap Users { get; init; } = OwnerMap.None;

    /// <summary>Groups to show for those in the catalogs.</summary>
    public OwnerMap Groups { get; init; } = OwnerMap.None;

    /// <summary>Everything may be read by everybody, directories searched too (CVMFS_WORLD_READABLE).</summary>
    public bool IsWorldReadable { get; init; }

    public uint UserOf(uint published) => Claimed?.Uid ?? Users.Map(published);

    public uint GroupOf(uint published) => Claimed?.Gid ?? Groups.Map(published);

    public uint ModeOf(uint published)
    {
        const uint typeMask = 0xF000;
        const uint directory = 0x4000;
        const uint read = 0x124;
        const uint readAndSearch = 0x16D;
        return !IsWorldReadable ? published : (published & typeMask) == directory ? published | readAndSearch : published | read;
    }
}
