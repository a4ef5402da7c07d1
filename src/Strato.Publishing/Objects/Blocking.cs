namespace Strato.Publishing.Objects;

/// <summary>
/// Waits for a store on a thread of a pipeline's own. A local store has answered by the time it returns; for another one the
/// thread has nothing better to do.
/// </summary>
internal static class Blocking
{
    public static T Wait<T>(ValueTask<T> task) =>
        task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();

    public static void Wait(ValueTask task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            task.AsTask().GetAwaiter().GetResult();
        }
    }
}
