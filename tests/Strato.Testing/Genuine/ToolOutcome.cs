namespace Strato.Testing.Genuine;

/// <summary>How a tool ended.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Text">All that it wrote, standard output first.</param>
public sealed record ToolOutcome(int Code, string Text);
