namespace Strato.Storage.Cache;

/// <summary>What a cache holds at some moment, all processes' entries together.</summary>
/// <param name="UsedBytes">The entries' lengths, each rounded up to blocks of 4 KiB.</param>
/// <param name="Entries">How many they are.</param>
/// <param name="Quota">The limit of this opening, in bytes; <see cref="CacheOptions.Unlimited"/> for none.</param>
public readonly record struct CacheStatus(long UsedBytes, long Entries, long Quota);
