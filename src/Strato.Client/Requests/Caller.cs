namespace Strato.Client.Requests;

/// <summary>Who asks about which node, on the first run of a request or a later one.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Uid">The caller's user: names of attributes in <c>trusted.</c> are for root alone.</param>
/// <param name="Gid">The caller's group, which protected attributes depend on.</param>
/// <param name="Supplied">What has been fetched for this request since its last run; null on the first.</param>
/// <param name="Unique">The request's number.</param>
internal readonly record struct Caller(ulong NodeId, uint Uid, uint Gid, Want? Supplied, ulong Unique = 0);
