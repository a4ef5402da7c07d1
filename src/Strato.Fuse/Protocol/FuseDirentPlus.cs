namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_direntplus, 152 bytes, followed by the name and zeros up to a multiple of eight.</summary>
public struct FuseDirentPlus
{
    public FuseEntryOut Entry;
    public FuseDirent Dirent;
}
