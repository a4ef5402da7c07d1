using System.Text.Json;

namespace Strato.FunctionalTests.Kubernetes;

/// <summary>What a driver answered a call.</summary>
/// <param name="Code">The status, such as OK or NOT_FOUND.</param>
/// <param name="Message">What it says of a failure.</param>
/// <param name="Response">The response; null for a failure.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record CsiAnswer(string Code, string Message, JsonElement Response, double Milliseconds);
