namespace Strato.Core.Compression;

/// <summary>
/// How a publisher encodes objects. Object names are hashes of encoded bytes, so the choice is part of a repository's
/// identity: a repository that changes it no longer deduplicates against its own past.
/// </summary>
public enum ObjectEncoding
{
    /// <summary>zlib streams at level 6, byte for byte what the genuine publisher writes.</summary>
    Zlib,

    /// <summary>
    /// zlib streams by libdeflate at level 4: every client reads them; 2 % larger than zlib's, in a third of the time. The genuine
    /// <c>cvmfs_fsck</c> recompresses cache files to check them and calls these corrupt.
    /// </summary>
    ZlibFast,

    /// <summary>The plain bytes.</summary>
    None,
}
