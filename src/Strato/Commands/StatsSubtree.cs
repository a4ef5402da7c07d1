namespace Strato.Commands;

/// <summary>A directory in <c>strato stats --json</c>, with everything below it.</summary>
/// <param name="Path">The directory.</param>
/// <param name="Files">Regular files.</param>
/// <param name="Directories">Directories, itself included.</param>
/// <param name="Others">Symbolic links and special files.</param>
/// <param name="Raw">Plain bytes of the files, hard links once.</param>
/// <param name="Linked">What the further names of hard links would add.</param>
/// <param name="External">What of <paramref name="Raw"/> is stored elsewhere.</param>
/// <param name="Content">What its files need.</param>
/// <param name="Own">What nothing else in the revision needs.</param>
internal sealed record StatsSubtree(
    string Path, long Files, long Directories, long Others, long Raw, long Linked, long External, StatsContent Content, StatsContent Own);
