namespace Strato.Core.Manifests;

/// <summary>
/// The file whose presence beside the manifest says that this server's repository may be copied by Stratum 1 servers. Its
/// content is for people.
/// </summary>
public static class MasterReplicaMarker
{
    /// <summary>The file's name below a repository's root.</summary>
    public const string FileName = ".cvmfs_master_replica";

    /// <summary>The file's content.</summary>
    public static ReadOnlySpan<byte> Content => "Stratum 1 servers may replicate this repository from here.\n"u8;
}
