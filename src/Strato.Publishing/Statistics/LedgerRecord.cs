using Strato.Core.Hashing;

namespace Strato.Publishing.Statistics;

/// <summary>That an object is needed somewhere.</summary>
/// <param name="Name">The object.</param>
/// <param name="Size">Its plain bytes.</param>
/// <param name="Place">Where: see <see cref="LedgerPlace"/>.</param>
internal readonly record struct LedgerRecord(ObjectName Name, long Size, uint Place);
