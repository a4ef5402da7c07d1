using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;
using Strato.Storage.Http;

namespace Strato.Tests.Storage;

public sealed class RecentFailuresTests
{
    private static readonly FetchFailure Failure = new(FetchFailureKind.Local, AtProxy: false, "no answer");

    [Fact]
    public void A_failure_is_known_for_a_while()
    {
        RecentFailures failures = new(TimeSpan.FromMinutes(1));
        failures.Add(Request(1), Failure);

        Assert.Same(Failure, failures.Find(Request(1)));
        Assert.Null(failures.Find(Request(2)));
    }

    [Fact]
    public void It_is_forgotten_afterwards()
    {
        RecentFailures failures = new(TimeSpan.FromMilliseconds(1));
        failures.Add(Request(1), Failure);

        Assert.True(SpinWait.SpinUntil(() => failures.Find(Request(1)) is null, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void What_the_caller_gave_up_and_what_is_not_to_be_remembered_is_no_failure()
    {
        RecentFailures failures = new(TimeSpan.FromMinutes(1));
        failures.Add(Request(1), Failure with { Kind = FetchFailureKind.Cancelled });
        RecentFailures none = new(TimeSpan.Zero);
        none.Add(Request(1), Failure);

        Assert.Null(failures.Find(Request(1)));
        Assert.Null(none.Find(Request(1)));
    }

    [Fact]
    public void Its_size_is_bounded()
    {
        RecentFailures failures = new(TimeSpan.FromMinutes(1));
        for (int number = 0; number < 1000; number++)
        {
            failures.Add(Request(number), Failure);
        }

        Assert.InRange(Enumerable.Range(0, 1000).Count(number => failures.Find(Request(number)) is not null), 1, 256);
    }

    private static ObjectRequest Request(int number) =>
        new(new CachedObject(new ObjectName(ContentHasher.Hash(HashAlgorithm.Sha1, BitConverter.GetBytes(number)), ObjectKind.File), CompressionAlgorithm.Zlib), 1);
}
