namespace Strato.Client.Control;

/// <summary>What <c>talk ... cleanup</c> shows.</summary>
/// <param name="FreedBytes">Bytes that were freed.</param>
internal sealed record FreedReport(long FreedBytes);
