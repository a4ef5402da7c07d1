using System.Diagnostics;
using Strato.Core.History;
using Strato.Posix;
using Strato.Publishing.Auditing;
using Strato.Publishing.Operations;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing;

/// <summary>A rollback that is killed at any moment has been made or has not, and the next operation finds nothing wrong.</summary>
public sealed class KilledRollbackTests
{
    private const int Kills = 12;

    [Fact]
    public async Task Killed_at_many_moments_a_rollback_is_harmless()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        Publish(home, source, "first", "kept");
        TimeSpan whole = default;
        int made = 0;
        for (int round = 0; round <= Kills; round++)
        {
            ulong before = Publish(home, source, $"round {round}", $"round{round}");
            Stopwatch watch = Stopwatch.StartNew();
            bool isKilled = await KillAsync(home, round == 0 ? TimeSpan.FromMinutes(5) : whole * (1.1 * round / Kills));
            whole = round == 0 ? watch.Elapsed : whole;

            (int code, string output, string error) = await ChildProcess.RunStratoAsync(
                TestContext.Current.CancellationToken, "--home", home.Home.Directory, "check", TemporaryHome.Name, "--data");
            Assert.True(code == 0, output + error);
            using RevisionListing seen = home.List();
            bool isMade = seen.Manifest.Revision == before + 1;
            Assert.True(isMade || (isKilled && seen.Manifest.Revision == before), $"revision {before} became {seen.Manifest.Revision}");
            Assert.Equal(isMade ? "first" : $"round {round}", Content(seen));
            IReadOnlyList<HistoryTag> tags = RepositoryTags.List(TemporaryHome.Name, home.Context(TestContext.Current.CancellationToken));
            Assert.Equal(!isMade, tags.Any(tag => tag.Name == $"round{round}"));
            Assert.Equal(isMade, tags.First(tag => tag.Name == "kept").Revision == before + 1);
            made += isMade ? 1 : 0;
            if (!isMade)
            {
                RevisionRollback.Run(TemporaryHome.Name, "kept", isDryRun: false, home.Context(TestContext.Current.CancellationToken));
            }
        }

        IReadOnlyList<AuditEntry> audited = new AuditTrail(home.Home.Places(TemporaryHome.Name)).Read(null, warning => Assert.Fail(warning));
        Assert.All(audited, entry => Assert.False(entry.IsRunning));
        Assert.InRange(audited.Count(entry => entry is { Operation: "rollback", Outcome: null }), 1, Kills);
        Assert.NotEqual(Kills + 1, made);
        Assert.Empty(home.Check());
        Assert.False(Directory.Exists(home.Home.Places(TemporaryHome.Name).Work));
    }

    private static ulong Publish(TemporaryHome home, string source, string content, string tag)
    {
        File.WriteAllText(Path.Combine(source, "file"), content);
        return home.Publish(source, tag: tag).Revision;
    }

    private static string Content(RevisionListing revision)
    {
        RevisionEntry file = revision.Entries.Values.Single(entry => entry.Path.ToString() == "/file");
        return System.Text.Encoding.UTF8.GetString(revision.ReadContent(file));
    }

    // Returns whether the rollback was killed before it was done.
    private static async Task<bool> KillAsync(TemporaryHome home, TimeSpan after)
    {
        using ChildProcess rollback = ChildProcess.StartStrato("--home", home.Home.Directory, "rollback", TemporaryHome.Name, "--tag", "kept");
        Task<int> ended = rollback.WaitAsync(TestContext.Current.CancellationToken);
        bool isKilled = await Task.WhenAny(ended, Task.Delay(after, TestContext.Current.CancellationToken)) != ended;
        if (isKilled)
        {
            rollback.Send(Signal.Kill);
        }

        await ended;
        return isKilled;
    }
}
