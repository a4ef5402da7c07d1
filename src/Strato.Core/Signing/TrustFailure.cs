namespace Strato.Core.Signing;

/// <summary>A repository's signed root that is not trusted.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Message">One line for a person: what is wrong and what to do.</param>
public sealed record TrustFailure(TrustFailureReason Reason, string Message)
{
    /// <summary>
    /// True where another server may well offer a good root: what it sent is damaged or stale. False where the trouble lies in
    /// the repository or on this machine.
    /// </summary>
    public bool AnotherServerMayHelp => Reason is not
        (TrustFailureReason.CertificateRevoked or TrustFailureReason.CertificateNotListed or TrustFailureReason.RevisionBlacklisted);
}
