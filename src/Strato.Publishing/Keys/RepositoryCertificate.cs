using Strato.Core.Hashing;

namespace Strato.Publishing.Keys;

/// <summary>One certificate of a repository.</summary>
/// <param name="Role"><c>current</c>, <c>next</c>, <c>former</c>; <c>listed</c> for one that only the whitelist has; <c>revoked</c>.</param>
/// <param name="Fingerprint">Its hash.</param>
/// <param name="Subject">Its subject; null where only its hash is known.</param>
/// <param name="IsListed">True where the whitelist that is served lists it.</param>
public sealed record RepositoryCertificate(string Role, ObjectHash Fingerprint, string? Subject, bool IsListed);
