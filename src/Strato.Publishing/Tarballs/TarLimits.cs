namespace Strato.Publishing.Tarballs;

/// <summary>What an archive may make the reader keep in memory.</summary>
internal static class TarLimits
{
    /// <summary>Bytes of one extension header (pax record set, GNU long name): far above names and attributes that a kernel takes.</summary>
    public const int ExtensionLength = 4 * 1024 * 1024;

    /// <summary>Data regions of one sparse file.</summary>
    public const int SparseRegions = 1024 * 1024;
}
