namespace Strato.Client.Mounting;

/// <summary>What <c>talk ... status</c> shows of one repository of a mount.</summary>
/// <param name="Name">Its name below the mount's directory; empty where it is the directory.</param>
/// <param name="Repository">The fully qualified name.</param>
/// <param name="State">detached, attaching, attached, refused or detaching.</param>
/// <param name="IsPrivate">Whether it was made by <c>talk ... attach</c> and is not listed.</param>
/// <param name="Pin">What keeps it from moving on; <c>newest</c> or <c>default</c> where nothing does.</param>
/// <param name="Refusal">Why it is refused; null where it is not.</param>
/// <param name="Revision">The revision that is shown; null where none is, as for what follows.</param>
/// <param name="RootHash">Its root catalog.</param>
/// <param name="ExpiresInSeconds">When it looks for a newer revision; null where it never does.</param>
/// <param name="Server">The server in use.</param>
/// <param name="Proxy">The proxy in use.</param>
/// <param name="Catalogs">Catalogs that were opened.</param>
public sealed record AttachmentStatus(
    string Name,
    string Repository,
    string State,
    bool IsPrivate,
    string Pin,
    string? Refusal,
    ulong? Revision,
    string? RootHash,
    long? ExpiresInSeconds,
    string? Server,
    string? Proxy,
    int? Catalogs);
