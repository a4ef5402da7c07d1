namespace Strato.Publishing.Operations;

/// <summary>How far a publish has come, or came.</summary>
/// <param name="Files">Files whose content was read and stored.</param>
/// <param name="Bytes">Their plain bytes.</param>
/// <param name="NewObjects">Objects that the store did not have.</param>
/// <param name="NewBytes">Their stored bytes.</param>
public readonly record struct PublishCounts(long Files, long Bytes, long NewObjects, long NewBytes);
