using Strato.Terminal;
using Strato.Testing;

namespace Strato.Tests.Terminal;

public sealed class PlainProgressTests
{
    [Fact]
    public void Lines_come_at_most_once_in_an_interval()
    {
        ManualClock clock = new();
        using StringWriter writer = new();
        using PlainProgress progress = new("publishing x.org", writer, clock);
        progress.Report("1 file");
        clock.Advance(PlainProgress.Interval);
        progress.Report("2 files");
        progress.Report("3 files");
        clock.Advance(PlainProgress.Interval);
        progress.Report("4 files", 0.5);
        Assert.Equal("publishing x.org: 2 files\npublishing x.org: 50 %, 4 files\n", writer.ToString());
    }
}
