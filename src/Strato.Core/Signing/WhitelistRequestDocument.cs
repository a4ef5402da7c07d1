namespace Strato.Core.Signing;

/// <summary>The JSON of a <see cref="WhitelistRequest"/>.</summary>
internal sealed record WhitelistRequestDocument(string? Format, string? Repository, string? Hash, int Days, IReadOnlyList<string?>? Certificates);
