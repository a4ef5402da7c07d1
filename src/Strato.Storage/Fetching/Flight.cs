using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Http;

namespace Strato.Storage.Fetching;

/// <summary>
/// One download and everybody who waits for it. Each of them gets a descriptor of his own; the download ends early once nobody waits any
/// more. Guarded by the fetcher's gate where a member says so.
/// </summary>
internal sealed class Flight : IDisposable
{
    private readonly CancellationTokenSource cancellation = new();
    private readonly TaskCompletionSource<FetchFailure?> landed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OpenedObject opened;

    /// <summary>Who waits, and the download itself while it runs. Under the gate.</summary>
    public int Holders { get; set; } = 1;

    public CancellationToken Token => cancellation.Token;

    /// <summary>Completes with the failure, or null where <see cref="Share"/> has something to give.</summary>
    public Task<FetchFailure?> Landed => landed.Task;

    public void Cancel() => cancellation.Cancel();

    public void Succeed(OpenedObject result)
    {
        opened = result;
        landed.SetResult(null);
    }

    public void Fail(FetchFailure failure) => landed.SetResult(failure);

    /// <summary>Opens the result once more for somebody who waited.</summary>
    public FetchResult Share()
    {
        Errno errno = PosixFile.Duplicate(opened.File, out FileDescriptor? copy);
        return errno == Errno.None
            ? new FetchResult(opened with { File = copy! })
            : new FetchResult(new FetchFailure(FetchFailureKind.Local, AtProxy: false, $"opening a fetched object failed: {errno.Describe()}"));
    }

    /// <summary>Frees everything, once nobody holds the flight.</summary>
    public void Dispose()
    {
        opened.Dispose();
        cancellation.Dispose();
    }
}
