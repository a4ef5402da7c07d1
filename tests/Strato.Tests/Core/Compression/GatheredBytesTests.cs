using Strato.Core.Compression;

namespace Strato.Tests.Core.Compression;

/// <summary>The buffer in which an encoder of whole buffers gathers an object.</summary>
public sealed class GatheredBytesTests
{
    [Fact]
    public void It_holds_what_was_added_up_to_its_limit_and_begins_anew()
    {
        using GatheredBytes gathered = new(10);
        Assert.True(gathered.Span.IsEmpty);
        gathered.Add([1, 2, 3]);
        gathered.Add([]);
        gathered.Add([4, 5, 6, 7, 8, 9, 10]);
        Assert.Equal(0, gathered.Room);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], gathered.Span.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => gathered.Add([11]));

        gathered.Clear();
        Assert.Equal(10, gathered.Room);
        gathered.Add([12]);
        Assert.Equal([12], gathered.Span.ToArray());
    }

    [Fact]
    public void It_takes_nothing_once_it_is_freed()
    {
        GatheredBytes gathered = new(10);
        gathered.Add([1]);
        gathered.Dispose();
        Assert.Throws<ObjectDisposedException>(() => gathered.Add([2]));
    }
}
