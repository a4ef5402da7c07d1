using Strato.Client.Attachments;
using Strato.Core;
using Strato.Posix;

namespace Strato.Tests.Client.Attachments;

/// <summary>How names become attachments, and what is remembered of those that do not.</summary>
public sealed class AttachmentDirectoryTests : IAsyncDisposable
{
    private readonly AttachmentSite site = new();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task Requests_for_one_name_share_one_attempt()
    {
        TaskCompletionSource gate = new();
        site.Opener.Gate = gate.Task;
        Task<(Attachment? Attachment, Errno)>[] callers = [.. Enumerable.Range(0, 8).Select(_ => site.EnterAsync("one.test.org"))];
        while (site.Opener.Opened == 0)
        {
            await Task.Yield();
        }

        Assert.Equal(AttachmentState.Attaching, site.Place("one.test.org").State);
        gate.SetResult();
        (Attachment? Attachment, Errno)[] answers = await Task.WhenAll(callers);

        Assert.Equal(1, site.Opener.Opened);
        Assert.Single(answers.Distinct());
        Assert.NotNull(answers[0].Attachment);
        Assert.Equal(AttachmentState.Attached, site.Place("one.test.org").State);
    }

    [Fact]
    public async Task A_caller_who_gives_up_leaves_the_attempt_to_the_others()
    {
        TaskCompletionSource gate = new();
        site.Opener.Gate = gate.Task;
        using CancellationTokenSource killed = new();
        using AttachWant want = new(site.Directory, site.Place("one.test.org"));
        Task waiting = want.FulfilAsync(killed.Token);
        Task<(Attachment? Attachment, Errno)> other = site.EnterAsync("one.test.org");
        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        gate.SetResult();

        Assert.NotNull((await other).Attachment);
        Assert.Equal(1, site.Opener.Opened);
    }

    [Theory]
    [InlineData(true, Errno.ENOENT)]
    [InlineData(false, Errno.EIO)]
    public async Task A_refusal_is_remembered_for_a_while_with_one_line_in_the_log(bool isUnknown, Errno expected)
    {
        site.Failure = _ => isUnknown ? new UnknownRepositoryException("nobody has it") : new StratoException("nobody has it");

        Assert.Equal((null, expected), await site.EnterAsync("one.test.org"));
        site.Clock.Advance(AttachmentSite.Options.RetryAfter - TimeSpan.FromSeconds(1));
        Assert.Equal((null, expected), await site.EnterAsync("one.test.org"));

        Assert.Equal(1, site.Opener.Opened);
        Assert.EndsWith("one.test.org cannot be attached, and is not tried again for 60 s: nobody has it", Assert.Single(site.Log), StringComparison.Ordinal);
        Assert.Null(site.Place("one.test.org").Number);

        site.Failure = _ => null;
        site.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull((await site.EnterAsync("one.test.org")).Attachment);
        Assert.Equal(2, site.Opener.Opened);
    }

    [Fact]
    public async Task Refusals_end_early_when_somebody_says_so()
    {
        site.Failure = _ => new StratoException("no");
        await site.EnterAsync("one.test.org");

        site.Failure = _ => null;
        site.Directory.ForgetRefusals();

        Assert.NotNull((await site.EnterAsync("one.test.org")).Attachment);
    }

    [Fact]
    public async Task A_bug_refuses_like_any_failure()
    {
        site.Failure = _ => new InvalidOperationException("bug");

        Assert.Equal((null, Errno.EIO), await site.EnterAsync("one.test.org"));
        Assert.Contains(site.Log, line => line.Contains("InvalidOperationException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_that_were_refused_are_forgotten_before_there_are_too_many()
    {
        site.Failure = _ => new UnknownRepositoryException("no");
        for (int number = 0; number < 5000; number++)
        {
            AttachmentPlace place = site.Place($"r{number}.test.org");
            if (number % 100 == 0)
            {
                await site.Directory.AttachAsync(place);
            }
            else
            {
                place.TryBeginAttach(site.Directory.Now, out _);
                place.Refuse(Errno.ENOENT, "no", site.Directory.Now + TimeSpan.FromMinutes(1));
            }
        }

        Assert.InRange(site.Directory.Places.Count, 1, 4096);
    }

    [Fact]
    public async Task The_root_lists_what_is_configured_or_attached_and_no_private_name()
    {
        site.Directory.SetConfigured(["b.test.org", "not a name", "a.test.org"]);
        site.Directory.Add(new AttachmentPlace(".secret", new AttachmentIdentity("a.test.org", "tag x"), []) { IsPrivate = true });
        await site.Directory.AttachAsync(site.Directory.Find(".secret")!);
        Assert.Equal(["a.test.org", "b.test.org"], Listed());

        await site.EnterAsync("c.test.org");
        Assert.Equal(["a.test.org", "b.test.org", "c.test.org"], Listed());

        site.Directory.SetConfigured([]);
        Assert.Equal(["c.test.org"], Listed());
    }

    [Fact]
    public async Task What_is_saved_is_restored_under_the_same_numbers_and_opened_when_it_is_used()
    {
        await site.EnterAsync("one.test.org");
        await site.EnterAsync("two.test.org");
        SavedAttachment[] saved = site.Directory.Save();
        await using AttachmentSite successor = new();

        successor.Directory.Restore(saved);

        Assert.Equal(0, successor.Opener.Opened);
        Assert.Equal(site.Place("two.test.org").Number, successor.Place("two.test.org").Number);
        Assert.Equal(7ul, successor.Place("two.test.org").Saved!.Revision);
        (Attachment? restored, _) = await successor.EnterAsync("two.test.org");
        Assert.Equal(site.Place("two.test.org").Attached!.Key, restored!.Key);
        Assert.NotEqual(restored.Number, (await successor.EnterAsync("three.test.org")).Attachment!.Number);
    }

    [Fact]
    public async Task What_cannot_be_restored_is_attached_anew_and_the_kernel_told()
    {
        await site.EnterAsync("one.test.org");
        await using AttachmentSite successor = new();
        List<ushort> told = [];
        successor.Directory.ShowsOther = told.Add;
        successor.Directory.Restore(site.Directory.Save());
        successor.Failure = place => place.Saved is null ? null : new StratoException("its catalog is gone");

        (Attachment? attachment, _) = await successor.EnterAsync("one.test.org");

        Assert.Equal([attachment!.Number], told);
        Assert.Equal(2, successor.Opener.Opened);
        Assert.Contains("cannot be shown as it was before", successor.Log[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_successor_of_one_that_could_not_restore_owes_the_kernel_what_that_one_did()
    {
        await site.EnterAsync("one.test.org");
        await using AttachmentSite successor = new();
        List<ushort> told = [];
        successor.Directory.ShowsOther = told.Add;
        successor.Directory.Restore(site.Directory.Save());
        Assert.False(successor.Directory.Save().Single().IsNoticeDue);
        SavedAttachment[] saved = [];
        successor.Failure = place =>
        {
            saved = successor.Directory.Save();
            return new StratoException("nothing can be had");
        };

        Assert.Equal(Errno.EIO, (await successor.EnterAsync("one.test.org")).Errno);

        Assert.True(saved.Single().IsNoticeDue);
        Assert.Empty(told);
        successor.Failure = _ => null;
        successor.Directory.ForgetRefusals();
        (Attachment? attachment, _) = await successor.EnterAsync("one.test.org");
        Assert.Equal([attachment!.Number], told);
        Assert.False(successor.Directory.Save().Single().IsNoticeDue);
    }

    [Fact]
    public void Settings_and_credentials_make_another_attachment()
    {
        AttachmentIdentity[] all =
        [
            AttachmentIdentity.OfDefault("a.test.org"), AttachmentIdentity.OfDefault("b.test.org"), new("a.test.org", "tag x"),
            new("a.test.org", "tag x", "s"), new("a.test.org", "tag x", "", "s"), new("a.test.org", "tag xs"),
        ];

        Assert.Equal(all.Length, all.Select(identity => identity.Key).Distinct().Count());
    }

    private string[] Listed()
    {
        List<string> names = [];
        foreach (ListedPlace listed in site.Directory.Listing)
        {
            names.Add(listed.Place.Name);
        }

        return [.. names.Order(StringComparer.Ordinal)];
    }
}
