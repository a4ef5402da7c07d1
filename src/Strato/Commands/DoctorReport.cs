namespace Strato.Commands;

/// <summary>What <c>strato doctor</c> prints as JSON.</summary>
/// <param name="Problems">How many things do not work.</param>
/// <param name="Warnings">How many work, but not well or not for long.</param>
/// <param name="Findings">Everything that was looked at.</param>
internal sealed record DoctorReport(int Problems, int Warnings, IReadOnlyList<FindingReport> Findings);
