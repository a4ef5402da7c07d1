namespace Strato.Hosting.Control;

/// <summary>What a daemon is asked over its control socket.</summary>
/// <param name="Command">The verb, such as <c>status</c>.</param>
/// <param name="Arguments">What follows it.</param>
public sealed record ControlRequest(string Command, IReadOnlyList<string> Arguments);
