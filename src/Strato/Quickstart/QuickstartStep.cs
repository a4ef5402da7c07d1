namespace Strato.Quickstart;

/// <summary>One thing that the quickstart did.</summary>
/// <param name="Name">What was done, in one word.</param>
/// <param name="Detail">To what, and what came of it.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record QuickstartStep(string Name, string Detail, double Seconds);
