using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Publishing.Retention;
using Strato.Testing;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing;

/// <summary>Automatic tags are removed when neither their number nor their age keeps them; what a person named stays.</summary>
public sealed class RetentionTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, null, "9 8 7 6 5 4 3 2 1 0")]
    [InlineData(3, null, "6 5 4 3 2 1 0")]
    [InlineData(0, 5, "4 3 2 1 0")]
    [InlineData(8, 5, "1 0")]
    [InlineData(2, 5, "4 3 2 1 0")]
    [InlineData(100, 5, "")]
    public void A_tag_goes_where_neither_number_nor_age_keeps_it(int keep, int? beforeDay, string removed)
    {
        List<HistoryTag> tags =
        [
            .. Enumerable.Range(0, 10).Select(day => Tag($"generic-2026-01-{day + 1:00}T00:00:00Z", day)),
            Tag("named", 0),
            Tag("generic-stable", 0),
            Tag("trunk", 9),
            Tag("generic-2026-01-01T00:00:00Z-of-a-branch", 0) with { Branch = "branch" },
        ];
        RetentionPolicy policy = new(keep, beforeDay is { } day ? Start.AddDays(day) : null);
        Assert.Equal(removed, string.Join(' ', policy.Outdated(tags).Select(tag => tag.Revision)));
    }

    [Theory]
    [InlineData("generic-2026-01-01T00:00:00Z", true)]
    [InlineData("generic_12-2026-01-01T00:00:00Z", true)]
    [InlineData("generic-2026-01-01T00:00:00.123Z", true)]
    [InlineData("generic-stable", false)]
    [InlineData("generic_x-2026-01-01T00:00:00Z", false)]
    [InlineData("my-generic-2026-01-01T00:00:00Z", false)]
    public void Only_names_that_publishing_gives_are_automatic(string name, bool isAutomatic) => Assert.Equal(isAutomatic, TagName.IsAutomatic(name));

    [Theory]
    [InlineData("3 days ago", null, 4)]
    [InlineData(null, 2, 3)]
    [InlineData("3 days ago", 6, 7)]
    public void A_publish_applies_what_is_configured(string? timespan, int? kept, int expected)
    {
        ManualClock clock = new(Start);
        using TemporaryHome home = new() { Clock = clock };
        home.Make(TemporaryHome.SmallChunks with { AutomaticTags = true, AutomaticTagTimespan = timespan, AutomaticTagsKept = kept });
        RepositorySettings settings = home.Home.Load(TemporaryHome.Name);
        Assert.Equal((timespan, kept), (settings.AutomaticTagTimespan, settings.AutomaticTagsKept));
        string source = home.NewFolder("source");
        for (int day = 0; day < 10; day++)
        {
            File.WriteAllText(Path.Combine(source, "file"), $"day {day}");
            home.Publish(source, tag: day == 0 ? "named" : null);
            clock.Advance(TimeSpan.FromDays(1));
        }

        IReadOnlyList<HistoryTag> tags = RepositoryTags.List(TemporaryHome.Name, home.Context(TestContext.Current.CancellationToken));
        Assert.Equal(expected, tags.Count(tag => TagName.IsAutomatic(tag.Name)));
        Assert.Contains(tags, tag => tag.Name == "named");
        Assert.Empty(home.Check());
    }

    [Fact]
    public void A_time_span_that_cannot_be_read_refuses_the_publish()
    {
        using TemporaryHome home = new();
        home.Make(TemporaryHome.SmallChunks with { AutomaticTagTimespan = "some days" });
        string source = home.NewFolder("source");
        File.WriteAllText(Path.Combine(source, "file"), "content");
        StratoException error = Assert.Throws<StratoException>(() => home.Publish(source));
        Assert.Contains("CVMFS_AUTO_TAG_TIMESPAN 'some days'", error.Message, StringComparison.Ordinal);
        Assert.Empty(home.Check());
    }

    [Fact]
    public void Pruning_by_hand_tells_first_and_then_does_it()
    {
        ManualClock clock = new(Start);
        using TemporaryHome home = new() { Clock = clock };
        home.Make(TemporaryHome.SmallChunks with { AutomaticTags = true });
        string source = home.NewFolder("source");
        for (int day = 0; day < 4; day++)
        {
            File.WriteAllText(Path.Combine(source, "file"), $"day {day}");
            home.Publish(source);
            clock.Advance(TimeSpan.FromDays(1));
        }

        OperationContext context = home.Context(TestContext.Current.CancellationToken);
        RetentionPolicy policy = new(1, clock.GetUtcNow().AddDays(-2));
        Assert.Equal([3ul, 2ul], RepositoryTags.Prune(TemporaryHome.Name, policy, isDryRun: true, context).Select(tag => tag.Revision));
        Assert.Equal(4, RepositoryTags.List(TemporaryHome.Name, context).Count(tag => TagName.IsAutomatic(tag.Name)));
        Assert.Equal([3ul, 2ul], RepositoryTags.Prune(TemporaryHome.Name, policy, isDryRun: false, context).Select(tag => tag.Revision));
        Assert.Equal(2, RepositoryTags.List(TemporaryHome.Name, context).Count(tag => TagName.IsAutomatic(tag.Name)));
        Assert.Empty(RepositoryTags.Prune(TemporaryHome.Name, policy, isDryRun: false, context));
        Assert.Empty(home.Check());
    }

    private static HistoryTag Tag(string name, int day) => new()
    {
        Name = name,
        RootCatalog = ContentHasher.Hash(HashAlgorithm.Sha1, [(byte)day]),
        Revision = (ulong)day,
        Timestamp = Start.AddDays(day).ToUnixTimeSeconds(),
    };
}
