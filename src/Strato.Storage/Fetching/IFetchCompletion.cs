namespace Strato.Storage.Fetching;

/// <summary>Where the results of <see cref="ObjectFetcher.Begin"/> go: the completion queue of whoever must not wait.</summary>
public interface IFetchCompletion
{
    /// <summary>
    /// Takes a result, whose open object is the receiver's from now on. Called once for each request, on a thread of the pool, possibly
    /// before Begin has returned. It returns soon and does not throw.
    /// </summary>
    /// <param name="token">What the caller gave to Begin.</param>
    /// <param name="result">The result.</param>
    void Complete(ulong token, in FetchResult result);
}
