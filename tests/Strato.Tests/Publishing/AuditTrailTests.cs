using System.Text.Json;
using Strato.Core;
using Strato.Publishing.Auditing;
using Strato.Publishing.Operations;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing;

/// <summary>Every operation is in the audit log from its beginning to its end, and the metrics count it.</summary>
public sealed class AuditTrailTests : IDisposable
{
    private readonly TemporaryHome home = TemporaryHome.WithRepository();
    private readonly string source;

    public AuditTrailTests()
    {
        source = home.NewFolder("source");
        File.WriteAllText(Path.Combine(source, "file"), "content");
    }

    private OperationContext Context => home.Context(TestContext.Current.CancellationToken);

    private string Log => Path.Combine(home.Home.Places(TemporaryHome.Name).Folder, "audit.log");

    [Fact]
    public void Operations_are_recorded_with_what_they_changed()
    {
        PublishOutcome outcome = home.Publish(source, tag: "v1");
        home.Publish(source);
        RepositoryTags.Add(TemporaryHome.Name, "named", string.Empty, Context);
        Assert.Throws<StratoException>(() => RepositoryTags.Remove(TemporaryHome.Name, "absent", Context));
        WhitelistSigning.Run(TemporaryHome.Name, 30, Context);

        IReadOnlyList<AuditEntry> entries = Read();
        Assert.Equal(["mkfs Done", "publish Done", "publish Unchanged", "tag-add Done", "tag-remove Failed", "resign Done"], entries.Select(entry => $"{entry.Operation} {entry.Outcome}"));
        AuditEntry publish = entries[1];
        Assert.Equal((1ul, 2ul, "v1"), (publish.Before!.Revision, publish.After!.Revision, publish.Tag));
        Assert.Equal(outcome.RootCatalog, publish.After.RootCatalog);
        Assert.Equal(1, publish.Counts["files_read"]);
        Assert.Equal(outcome.Counts.NewBytes, publish.Counts["new_bytes"]);
        Assert.Equal((Environment.UserName, Environment.ProcessId, Environment.MachineName), (publish.Actor!.User, publish.Actor.Pid, publish.Actor.Host));
        Assert.Contains("absent", entries[4].Error, StringComparison.Ordinal);
        Assert.Empty(home.Warnings);
    }

    [Fact]
    public void An_operation_without_an_end_is_running_or_was_killed()
    {
        AuditTrail trail = new(home.Home.Places(TemporaryHome.Name));
        trail.Append(Begin("living", AuditActor.Current));
        trail.Append(Begin("dead", AuditActor.Current with { ProcessStart = AuditActor.Current.ProcessStart - 1 }));
        trail.Append(Begin("elsewhere", AuditActor.Current with { Host = "another-machine" }));
        Dictionary<string, AuditEntry> entries = Read().ToDictionary(entry => entry.Id, StringComparer.Ordinal);
        Assert.True(entries["living"].IsRunning);
        Assert.False(entries["dead"].IsRunning);
        Assert.False(entries["elsewhere"].IsRunning);
        Assert.All(["living", "dead", "elsewhere"], id => Assert.Null(entries[id].Outcome));
    }

    [Fact]
    public void What_a_full_disk_cut_off_spoils_no_other_line()
    {
        File.AppendAllText(Log, """{"event":"begin","id":"cut of""");
        home.Publish(source);
        List<string> warnings = [];
        IReadOnlyList<AuditEntry> entries = new AuditTrail(home.Home.Places(TemporaryHome.Name)).Read(null, warnings.Add);
        Assert.Equal(["mkfs", "publish"], entries.Select(entry => entry.Operation));
        Assert.Contains("1 line", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_file_makes_room_for_the_next()
    {
        const long limit = 10_000;
        AuditTrail trail = new(home.Home.Places(TemporaryHome.Name), limit);
        AuditLine line = Begin("x", AuditActor.Current with { Command = new string('c', 1000) });
        for (int count = 0; count < 10 * (AuditTrail.KeptFiles + 3); count++)
        {
            trail.Append(line with { Id = $"{count}", Time = line.Time.AddSeconds(count) });
        }

        Assert.Equal(AuditTrail.KeptFiles, Directory.GetFiles(Path.GetDirectoryName(Log)!, "audit-*.log").Length);
        Assert.All(Directory.GetFiles(Path.GetDirectoryName(Log)!, "audit-*.log"), file => Assert.InRange(new FileInfo(file).Length, limit, limit + 3000));
        IReadOnlyList<AuditEntry> entries = Read();
        Assert.Equal(entries.OrderBy(entry => entry.Begun), entries);
    }

    [Fact]
    public void Many_write_at_once_and_no_line_is_lost()
    {
        const int writers = 4;
        const int lines = 50;
        Parallel.For(0, writers, writer =>
        {
            for (int line = 0; line < lines; line++)
            {
                new AuditTrail(home.Home.Places(TemporaryHome.Name)).Append(Begin($"{writer}-{line}", AuditActor.Current));
            }
        });
        Assert.Equal((writers * lines) + 1, Read().Count);
    }

    [Fact]
    public void Metrics_are_left_for_a_collector_of_text_files()
    {
        home.Publish(source);
        home.Publish(source);
        Assert.Throws<StratoException>(() => RepositoryTags.Remove(TemporaryHome.Name, "absent", Context));
        string[] text = File.ReadAllLines(Path.Combine(home.Home.Metrics, $"{TemporaryHome.Name}.prom"));
        string name = $"repository=\"{TemporaryHome.Name}\"";
        Assert.Contains("# TYPE strato_operations_total counter", text);
        Assert.Contains($"strato_operations_total{{{name},operation=\"publish\",outcome=\"done\"}} 1", text);
        Assert.Contains($"strato_operations_total{{{name},operation=\"publish\",outcome=\"unchanged\"}} 1", text);
        Assert.Contains($"strato_operations_total{{{name},operation=\"tag-remove\",outcome=\"failed\"}} 1", text);
        Assert.Contains($"strato_repository_revision{{{name}}} 2", text);

        // The second publish reads the file again where it is too young for its time to prove that it is the same.
        string read = $"strato_operation_bytes_total{{{name},operation=\"publish\",what=\"read\"}} ";
        Assert.Contains(Assert.Single(text, line => line.StartsWith(read, StringComparison.Ordinal))[read.Length..], new[] { "7", "14" });
        Assert.Contains(text, line => line.StartsWith($"strato_repository_whitelist_expiry_timestamp_seconds{{{name}}} 1", StringComparison.Ordinal));
        Assert.DoesNotContain(text, line => line.StartsWith("strato_operation_last_success_timestamp_seconds{" + name + ",operation=\"tag-remove\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_line_says_what_an_operator_asks_for()
    {
        home.Publish(source, tag: "v1");
        using JsonDocument begin = JsonDocument.Parse(File.ReadLines(Log).SkipLast(1).Last());
        using JsonDocument end = JsonDocument.Parse(File.ReadLines(Log).Last());
        Assert.Equal(["event", "id", "time", "operation", "repository", "actor"], begin.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ["event", "id", "time", "operation", "repository", "outcome", "seconds", "before", "after", "tag", "counts"],
            end.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(begin.RootElement.GetProperty("id").GetString(), end.RootElement.GetProperty("id").GetString());
    }

    public void Dispose() => home.Dispose();

    private static AuditLine Begin(string id, AuditActor actor) => new()
    {
        Event = "begin",
        Id = id,
        Time = DateTimeOffset.UtcNow,
        Operation = "publish",
        Repository = TemporaryHome.Name,
        Actor = actor,
    };

    private IReadOnlyList<AuditEntry> Read() => new AuditTrail(home.Home.Places(TemporaryHome.Name)).Read(null, warning => Assert.Fail(warning));
}
