using Strato.Core;
using Strato.Storage.Objects;

namespace Strato.Publishing.Objects;

/// <summary>Swaps mutable objects of which one wants to know whether they were swapped.</summary>
internal static class ConfirmedSwap
{
    /// <summary>
    /// Replaces a mutable object as <see cref="IObjectStore.CompareAndSwapAsync"/> does. Where that fails, the swap may have been made with only
    /// its answer lost; then a second one, from what is in place to the same bytes, makes sure that they stay. Not cancellable.
    /// </summary>
    /// <exception cref="StratoException">It was not replaced, or the store does not say whether it was; the message tells which.</exception>
    public static SwapResult Run(IObjectStore store, string key, ObjectVersion? expected, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Blocking.Wait(store.CompareAndSwapAsync(key, expected, bytes, CancellationToken.None));
        }
        catch (StratoException failure)
        {
            return Repeat(store, key, bytes, failure) ?? throw new StratoException($"{failure.Message} (nothing was changed)", failure);
        }
    }

    /// <summary>Replaces a mutable object, whatever is there now.</summary>
    /// <exception cref="StratoException">It was not replaced, or somebody else replaced it at the same time.</exception>
    public static void Replace(IObjectStore store, string key, ReadOnlyMemory<byte> bytes)
    {
        VersionedBytes? present = Blocking.Wait(store.ReadAsync(key, int.MaxValue));
        if (!Run(store, key, present?.Version, bytes).Swapped)
        {
            throw new StratoException($"{key} in {store.Location} was changed by somebody else meanwhile; try again");
        }
    }

    private static SwapResult? Repeat(IObjectStore store, string key, ReadOnlyMemory<byte> bytes, StratoException failure)
    {
        try
        {
            VersionedBytes? present = Blocking.Wait(store.ReadAsync(key, int.MaxValue, CancellationToken.None));
            return present is not null && present.Bytes.Span.SequenceEqual(bytes.Span)
                ? Blocking.Wait(store.CompareAndSwapAsync(key, present.Version, bytes, CancellationToken.None))
                : null;
        }
        catch (StratoException)
        {
            throw new StratoException($"{failure.Message}; it may have been done all the same: look again once {store.Location} answers", failure);
        }
    }
}
