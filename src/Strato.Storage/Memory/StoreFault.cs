namespace Strato.Storage.Memory;

/// <summary>What a <see cref="MemoryObjectStore"/> does with a request instead of, or besides, answering it.</summary>
/// <param name="Kind">The way in which it fails.</param>
/// <param name="Delay">How long the answer takes, by the store's clock; zero for none.</param>
public readonly record struct StoreFault(StoreFaultKind Kind, TimeSpan Delay = default);
