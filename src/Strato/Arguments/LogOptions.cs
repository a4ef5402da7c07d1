using System.CommandLine;
using Microsoft.Extensions.Logging;
using Strato.Hosting.Logging;

namespace Strato.Arguments;

/// <summary>The options of a daemon's log.</summary>
internal sealed class LogOptions
{
    /// <summary>The levels that can be asked for, by the names that the log gives them.</summary>
    private static readonly string[] Levels = ["debug", "information", "warning", "error"];

    private readonly Option<string> format = new("--log-format")
    {
        Description = "How the log looks: text, or json with one object a line",
        HelpName = "text|json",
        DefaultValueFactory = _ => "text",
    };

    private readonly Option<string> level;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command of a daemon.</param>
    /// <param name="usual">What it logs unless told otherwise.</param>
    public LogOptions(Command command, LogLevel usual)
    {
        level = new Option<string>("--log-level")
        {
            Description = "The least bad events that are logged",
            HelpName = string.Join('|', Levels),
            DefaultValueFactory = _ => usual.ToString().ToLowerInvariant(),
        };
        format.AcceptOnlyFromAmong("text", "json");
        level.AcceptOnlyFromAmong(Levels);
        command.Add(format);
        command.Add(level);
    }

    /// <summary>The log on the standard error, for the journal where that reads it.</summary>
    public LogWriter Open(CommandContext context) => new(
        context.Error,
        context.Clock,
        context.Arguments.GetRequiredValue(format) == "json" ? LogFormat.Json : LogFormat.Text,
        Journal.IsStandardError(context.Environment(Journal.Variable)),
        Enum.Parse<LogLevel>(context.Arguments.GetRequiredValue(level), ignoreCase: true));
}
