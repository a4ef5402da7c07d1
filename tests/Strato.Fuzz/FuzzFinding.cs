namespace Strato.Fuzz;

/// <summary>An input that a target must not do that on.</summary>
/// <param name="Input">The input.</param>
/// <param name="What">What happened, in one line or with a stack trace.</param>
internal sealed record FuzzFinding(byte[] Input, string What);
