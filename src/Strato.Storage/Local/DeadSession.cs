namespace Strato.Storage.Local;

/// <summary>A session file whose writer died before its flush.</summary>
/// <param name="FileName">Its name in the staging area.</param>
/// <param name="BootId">The boot that it ran in; empty where the file did not reach the disk whole.</param>
/// <param name="Began">When it began, whole seconds.</param>
internal readonly record struct DeadSession(string FileName, string BootId, DateTimeOffset Began);
