namespace Strato.Commands;

/// <summary>What <c>strato talk</c> prints as JSON where the daemon answers with a text alone.</summary>
/// <param name="Text">The text.</param>
internal sealed record TalkReport(string Text);
