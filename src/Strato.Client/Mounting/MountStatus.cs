namespace Strato.Client.Mounting;

/// <summary>What <c>talk ... status</c> shows of a mount.</summary>
/// <param name="Repository">The fully qualified name; null for a mount of all repositories, as for what tells of one.</param>
/// <param name="Directory">Where it is mounted, for people.</param>
/// <param name="Pid">The daemon.</param>
/// <param name="Revision">The revision that is shown.</param>
/// <param name="RootHash">Its root catalog.</param>
/// <param name="Pin">What keeps it from moving on; <c>newest</c> where nothing does.</param>
/// <param name="ExpiresInSeconds">When it looks for a newer revision; null where it never does.</param>
/// <param name="Server">The server in use.</param>
/// <param name="Proxy">The proxy in use.</param>
/// <param name="Catalogs">Catalogs that were opened.</param>
/// <param name="OpenCatalogs">Catalogs whose files are mapped now.</param>
/// <param name="Nodes">Nodes that the kernel knows, with their ancestors.</param>
/// <param name="NodeBytes">Bytes that they take.</param>
/// <param name="OpenFiles">Open files.</param>
/// <param name="PassedThroughFiles">Files that are open and that the kernel reads by itself, each counted once.</param>
/// <param name="PendingRequests">Requests that wait for objects.</param>
/// <param name="CacheFolder">The cache's directory.</param>
/// <param name="CacheUsedBytes">Bytes in it, of all mounts.</param>
/// <param name="CacheQuotaBytes">Its quota; -1 for none.</param>
/// <param name="Downloads">Objects that were brought in.</param>
/// <param name="ReceivedBytes">Their plain bytes.</param>
/// <param name="Errors">Requests answered with EIO.</param>
/// <param name="UptimeSeconds">How long the daemon runs.</param>
/// <param name="Restarts">How many daemons the mount has survived.</param>
/// <param name="Attachments">Every repository that it shows, was asked for or lists.</param>
public sealed record MountStatus(
    string? Repository,
    string Directory,
    int Pid,
    ulong? Revision,
    string? RootHash,
    string? Pin,
    long? ExpiresInSeconds,
    string? Server,
    string? Proxy,
    int Catalogs,
    int OpenCatalogs,
    int Nodes,
    long NodeBytes,
    int OpenFiles,
    int PassedThroughFiles,
    int PendingRequests,
    string CacheFolder,
    long CacheUsedBytes,
    long CacheQuotaBytes,
    long Downloads,
    long ReceivedBytes,
    long Errors,
    long UptimeSeconds,
    long Restarts,
    IReadOnlyList<AttachmentStatus> Attachments);
