using Strato.Publishing.Collecting;
using Strato.Publishing.Repositories;
using Strato.Testing;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing.Collecting;

/// <summary>Collections that the settings ask for.</summary>
public sealed class AutomaticCollectionTests
{
    [Fact]
    public void A_publish_collects_afterwards_where_the_settings_say_so_and_it_is_time()
    {
        ManualClock clock = new();
        using TemporaryHome home = new() { Clock = clock };
        home.Make(GarbageCollectionTests.Collectable with { CollectsAutomatically = true });

        Assert.NotNull(AutomaticCollection.RunIfDue(TemporaryHome.Name, _ => { }, home.Context(TestContext.Current.CancellationToken)));
        Assert.Null(AutomaticCollection.RunIfDue(TemporaryHome.Name, _ => { }, home.Context(TestContext.Current.CancellationToken)));
        clock.Advance(TimeSpan.FromHours(25));
        Assert.NotNull(AutomaticCollection.RunIfDue(TemporaryHome.Name, _ => { }, home.Context(TestContext.Current.CancellationToken)));
        clock.Advance(TimeSpan.FromDays(-300));
        Assert.NotNull(AutomaticCollection.RunIfDue(TemporaryHome.Name, _ => { }, home.Context(TestContext.Current.CancellationToken)));
        using (CollectorLock.Take(home.Home.Places(TemporaryHome.Name)))
        {
            clock.Advance(TimeSpan.FromDays(2));
            Assert.Null(AutomaticCollection.RunIfDue(TemporaryHome.Name, _ => { }, home.Context(TestContext.Current.CancellationToken)));
        }

        Assert.Contains("by another process", Assert.Single(home.Warnings), StringComparison.Ordinal);
    }
}
