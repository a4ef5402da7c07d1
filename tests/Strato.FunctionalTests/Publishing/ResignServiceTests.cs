using Strato.Posix;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing;

/// <summary><c>strato resign --all --every HOURS</c> stays, signs what expires soon, and ends when it is asked to.</summary>
public sealed class ResignServiceTests
{
    [Fact]
    public async Task It_signs_and_stays_until_it_is_asked_to_stop()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(home.Storage, ".cvmfswhitelist"), TestContext.Current.CancellationToken);
        using ChildProcess service = ChildProcess.StartStrato("resign", "--all", "--if-below", "31", "--days", "60", "--every", "24", "--home", home.Home.Directory);
        await service.WaitForAsync("is valid until", TestContext.Current.CancellationToken);
        Assert.True(service.IsRunning);
        Assert.NotEqual(before, await File.ReadAllBytesAsync(Path.Combine(home.Storage, ".cvmfswhitelist"), TestContext.Current.CancellationToken));
        service.Send(Signal.Terminate);
        Assert.Equal(0, await service.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Empty(service.Error);
        Assert.Empty(home.Check());
    }
}
