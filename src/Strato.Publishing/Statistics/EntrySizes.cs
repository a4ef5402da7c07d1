namespace Strato.Publishing.Statistics;

/// <summary>What entries of a tree are, before anything is deduplicated.</summary>
/// <param name="Files">Regular files; each name of a hard link counts.</param>
/// <param name="Directories">Directories, the top one included.</param>
/// <param name="Others">Symbolic links, devices, FIFOs and sockets.</param>
/// <param name="Bytes">Plain bytes of the regular files, hard links once, as <c>du --apparent-size</c> counts files.</param>
/// <param name="LinkedBytes">What the further names of hard links would add.</param>
/// <param name="ExternalBytes">What of <paramref name="Bytes"/> is not in the repository's storage (external files).</param>
public readonly record struct EntrySizes(long Files, long Directories, long Others, long Bytes, long LinkedBytes, long ExternalBytes)
{
    public static EntrySizes operator +(EntrySizes left, EntrySizes right) => new(
        left.Files + right.Files,
        left.Directories + right.Directories,
        left.Others + right.Others,
        left.Bytes + right.Bytes,
        left.LinkedBytes + right.LinkedBytes,
        left.ExternalBytes + right.ExternalBytes);
}
