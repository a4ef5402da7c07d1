namespace Strato.Client.Diagnosis;

/// <summary>What a server, or a proxy in its name, answered.</summary>
/// <param name="Body">The bytes; null where there were none to be had.</param>
/// <param name="Problem">Why not, in one line; null where there are bytes.</param>
/// <param name="Skew">How far the answer's Date is ahead of this machine's clock; null where it had none.</param>
/// <param name="Time">How long it took.</param>
internal sealed record ProbeAnswer(byte[]? Body, string? Problem, TimeSpan? Skew, TimeSpan Time);
