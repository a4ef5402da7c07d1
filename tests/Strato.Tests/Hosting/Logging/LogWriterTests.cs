using System.Text.Json;
using Microsoft.Extensions.Logging;
using Strato.Hosting.Logging;
using Strato.Testing;

namespace Strato.Tests.Hosting.Logging;

/// <summary>Lines as people, programs and the journal read them.</summary>
public sealed partial class LogWriterTests : IDisposable
{
    private readonly StringWriter output = new();
    private readonly ManualClock clock = new(new DateTimeOffset(2026, 11, 20, 9, 30, 0, 250, TimeSpan.Zero));

    public void Dispose() => output.Dispose();

    [Fact]
    public void Text_has_time_level_and_message_in_one_line()
    {
        Moved(Logger(new LogWriter(output, clock)), "a\nb", 7, null);

        Assert.Equal("2026-11-20T09:30:00Z Warning a b moved to 7 of (null)\n", output.ToString());
    }

    [Fact]
    public void Json_has_an_object_a_line_with_event_and_values()
    {
        Moved(Logger(new LogWriter(output, clock, LogFormat.Json)), "it's \"a\"\n<b>", ulong.MaxValue, null);

        string line = output.ToString();
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        using JsonDocument parsed = JsonDocument.Parse(line);
        JsonElement root = parsed.RootElement;
        Assert.Equal("2026-11-20T09:30:00.250Z", root.GetProperty("time").GetString());
        Assert.Equal("warning", root.GetProperty("level").GetString());
        Assert.Equal("test", root.GetProperty("category").GetString());
        Assert.Equal(41, root.GetProperty("event_id").GetInt32());
        Assert.Equal("Moved", root.GetProperty("event").GetString());
        JsonElement values = root.GetProperty("values");
        Assert.Equal("it's \"a\" <b>", values.GetProperty("old_name").GetString());
        Assert.Equal(ulong.MaxValue, values.GetProperty("revision").GetUInt64());
        Assert.Equal(JsonValueKind.Null, values.GetProperty("of").ValueKind);
        Assert.Equal(3, values.EnumerateObject().Count());
    }

    [Fact]
    public void Journal_gets_priorities_and_gives_times_itself()
    {
        ILogger logger = Logger(new LogWriter(output, clock, isJournal: true, minimum: LogLevel.Debug));
        logger.Log(LogLevel.Error, "bad");
        logger.Log(LogLevel.Information, "good");
        logger.Log(LogLevel.Debug, "small");

        Assert.Equal("<3>bad\n<6>good\n<7>small\n", output.ToString());
    }

    [Theory]
    [InlineData("9:4711", "socket:[4711]", true)]
    [InlineData("9:4711", "socket:[471]", false)]
    [InlineData("9:4711", "/var/log/mount.log", false)]
    [InlineData("9:4711", null, false)]
    [InlineData("", "socket:[]", false)]
    [InlineData(null, "socket:[4711]", false)]
    public void Journal_is_known_by_its_stream(string? stream, string? link, bool expected) => Assert.Equal(expected, Journal.IsSocket(stream, link));

    [Fact]
    public void Level_counts_from_its_change_on()
    {
        LogWriter writer = new(output, clock);
        ILogger logger = Logger(writer);
        logger.Log(LogLevel.Debug, "first");
        writer.Minimum = LogLevel.Debug;
        logger.Log(LogLevel.Debug, "second");
        writer.Minimum = LogLevel.Error;
        logger.Log(LogLevel.Warning, "third");

        Assert.Equal("2026-11-20T09:30:00Z Debug second\n", output.ToString());
    }

    [Fact]
    public void Line_that_cannot_be_written_is_kept_for_who_asks()
    {
        using FullWriter full = new();
        LogWriter writer = new(full, clock);
        ILogger logger = Logger(writer);
        for (ulong i = 0; i < 12; i++)
        {
            Moved(logger, "line", i, "those");
        }

        string[] lines = writer.Recent().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(10, lines.Length);
        Assert.Equal("[2026-11-20T09:30:00Z] line moved to 11 of those", lines[0]);
    }

    private static ILogger Logger(LogWriter writer) => writer.CreateLogger("test");

    [LoggerMessage(41, LogLevel.Warning, "{OldName} moved to {Revision} of {Of}")]
    private static partial void Moved(ILogger logger, string oldName, ulong revision, string? of);

    private sealed class FullWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("No space left on device");
    }
}
