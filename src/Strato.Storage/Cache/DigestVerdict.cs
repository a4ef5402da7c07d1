namespace Strato.Storage.Cache;

/// <summary>What reading an entry against its digest found.</summary>
internal enum DigestVerdict
{
    Good,
    Damaged,

    /// <summary>The file has no digest.</summary>
    Unknown,
}
