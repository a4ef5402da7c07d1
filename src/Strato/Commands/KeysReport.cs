namespace Strato.Commands;

/// <summary>What <c>strato keys FQRN list --json</c> prints.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="WhitelistExpires">When clients stop to trust the whitelist (UTC); null where it cannot be read.</param>
/// <param name="MasterKey">True where the master key is beside the other keys.</param>
/// <param name="Certificates">The certificates.</param>
internal sealed record KeysReport(string Name, string? WhitelistExpires, bool MasterKey, IReadOnlyList<KeysReport.Certificate> Certificates)
{
    /// <summary>One certificate.</summary>
    /// <param name="Role">current, next, former, listed or revoked.</param>
    /// <param name="Fingerprint">Its hash.</param>
    /// <param name="Subject">Its subject, where known.</param>
    /// <param name="Listed">True where the whitelist lists it.</param>
    internal sealed record Certificate(string Role, string Fingerprint, string? Subject, bool Listed);
}
