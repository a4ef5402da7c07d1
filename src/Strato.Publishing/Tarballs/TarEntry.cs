namespace Strato.Publishing.Tarballs;

/// <summary>
/// One entry's header, with what extension headers before it said. Names are bytes as the archive has them: nothing about them is
/// checked yet. Its content is read through <see cref="TarReader.ReadContent"/>.
/// </summary>
internal sealed class TarEntry
{
    public required byte[] Name { get; init; }

    public required TarEntryType Type { get; init; }

    /// <summary>What a hard or symbolic link names; empty otherwise.</summary>
    public required byte[] LinkTarget { get; init; }

    /// <summary>Permission bits, set-id and sticky bits (07777).</summary>
    public required int Permissions { get; init; }

    public required long Uid { get; init; }

    public required long Gid { get; init; }

    /// <summary>The size of a file's content in bytes, holes included; 0 for what is not a file.</summary>
    public required long Size { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long Mtime { get; init; }

    /// <summary>0 to 999,999,999; 0 where the archive has whole seconds only.</summary>
    public required int MtimeNanoseconds { get; init; }

    public required int DeviceMajor { get; init; }

    public required int DeviceMinor { get; init; }

    /// <summary>Extended attributes by name.</summary>
    public required IReadOnlyList<KeyValuePair<byte[], byte[]>> Xattrs { get; init; }
}
