using Strato.Core.Hashing;

namespace Strato.Publishing.Collecting;

/// <summary>An object that nothing needs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Its stored bytes.</param>
internal readonly record struct CondemnedObject(ObjectName Name, long Length);
