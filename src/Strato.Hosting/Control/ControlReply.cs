using System.Text.Json;

namespace Strato.Hosting.Control;

/// <summary>What a daemon answers. Exactly one of <see cref="Error"/> and <see cref="Text"/> is set.</summary>
/// <param name="Error">Why the request failed, one line for a person.</param>
/// <param name="Text">The answer for a person, lines without a newline at the end.</param>
/// <param name="Data">The answer for programs, of a failure also its reason; null where the text is all.</param>
public sealed record ControlReply(string? Error, string? Text, JsonElement? Data)
{
    public static ControlReply Failure(string error) => new(error, null, null);

    public static ControlReply Success(string text, JsonElement? data = null) => new(null, text, data);
}
