using Strato.Client.Attachments;
using Strato.Core;
using Strato.Posix;

namespace Strato.Tests.Client.Attachments;

/// <summary>When attachments go, and when they must not.</summary>
public sealed class IdleSweepTests : IAsyncDisposable
{
    private const string Name = "one.test.org";

    private readonly AttachmentSite site = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task What_nobody_asked_for_in_time_is_detached_and_can_be_attached_again()
    {
        Attachment attachment = (await site.EnterAsync(Name)).Attachment!;
        await PassAsync(TimeSpan.FromSeconds(599));
        Assert.Equal(AttachmentState.Attached, site.Place(Name).State);

        attachment.MarkUsed();
        await PassAsync(TimeSpan.FromSeconds(1));
        await PassAsync(TimeSpan.FromSeconds(599));
        Assert.Equal(AttachmentState.Attached, site.Place(Name).State);

        await PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(AttachmentState.Detached, site.Place(Name).State);
        Assert.Equal(1, site.Opener.Closed);
        Assert.Null(site.Place(Name).Number);
        Assert.Contains("one.test.org is detached: nobody has used it for 600 s", Assert.Single(site.Log), StringComparison.Ordinal);

        Assert.Equal(attachment.Key, (await site.EnterAsync(Name)).Attachment!.Key);
    }

    [Fact]
    public async Task What_the_kernel_knows_a_node_of_stays_attached()
    {
        Attachment attachment = (await site.EnterAsync(Name)).Attachment!;
        ulong id = site.Remember(attachment, Name);

        await PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(AttachmentState.Attached, site.Place(Name).State);
        Assert.Same(attachment, site.Place(Name).Attached);

        site.Nodes.Forget(id, 1);
        await PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(AttachmentState.Detached, site.Place(Name).State);
    }

    [Fact]
    public async Task A_lookup_that_comes_while_it_is_detached_waits_and_attaches_it_again()
    {
        await site.EnterAsync(Name);
        AttachmentPlace place = site.Place(Name);
        Task<(Attachment? Attachment, Errno)>? lookup = null;

        bool detached = await site.Directory.TryDetachAsync(place, () =>
        {
            lookup = site.EnterAsync(Name);
            Assert.False(lookup.IsCompleted);
            return false;
        });

        Assert.True(detached);
        Assert.NotNull((await lookup!).Attachment);
        Assert.Equal(2, site.Opener.Opened);
    }

    [Fact]
    public async Task A_lookup_that_came_just_before_keeps_it()
    {
        Attachment attachment = (await site.EnterAsync(Name)).Attachment!;

        Assert.False(await site.Directory.TryDetachAsync(site.Place(Name), () => true));

        Assert.Same(attachment, (await site.EnterAsync(Name)).Attachment);
        Assert.Equal(0, site.Opener.Closed);
    }

    [Fact]
    public async Task Refused_names_are_forgotten_when_their_time_is_over_and_private_ones_never()
    {
        site.Failure = _ => new StratoException("no");
        await site.EnterAsync(Name);
        AttachmentPlace hidden = new(".hidden", new AttachmentIdentity(Name, "tag x"), []) { IsPrivate = true };
        site.Directory.Add(hidden);

        await site.Sweep.RunAsync(Cancellation);
        Assert.Equal(2, site.Directory.Places.Count);

        await PassAsync(AttachmentSite.Options.RetryAfter);
        Assert.Same(hidden, Assert.Single(site.Directory.Places));
    }

    [Fact]
    public async Task A_number_is_given_again_only_after_it_was_released_and_listed_names_keep_theirs()
    {
        site.Directory.SetConfigured(["listed.test.org"]);
        ushort listed = (await site.EnterAsync("listed.test.org")).Attachment!.Number;
        ushort first = (await site.EnterAsync(Name)).Attachment!.Number;
        await PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(listed, site.Place("listed.test.org").Number);
        Assert.Equal(first, (await site.EnterAsync("two.test.org")).Attachment!.Number);
        Assert.NotEqual(first, (await site.EnterAsync(Name)).Attachment!.Number);
    }

    private async Task PassAsync(TimeSpan time)
    {
        site.Clock.Advance(time);
        await site.Sweep.RunAsync(Cancellation);
    }
}
