using System.CommandLine;

namespace Strato;

/// <summary>The options that every command takes, and the way in which a command's handler is bound.</summary>
internal sealed class GlobalOptions
{
    private readonly CommandHost host;

    public GlobalOptions(CommandHost host) => this.host = host;

    /// <summary><c>--home DIR</c>.</summary>
    public Option<string?> Home { get; } = new("--home")
    {
        Description = "Where repositories, keys, storage and caches live [default: $STRATO_HOME, or /var/lib/strato for root, $XDG_DATA_HOME/strato otherwise]",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary><c>--json</c>.</summary>
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print data as JSON",
        Recursive = true,
    };

    /// <summary>
    /// Makes <paramref name="handler"/> the command's action. Its result is the process's exit code; see
    /// <see cref="CommandContext"/> for how it reports failures.
    /// </summary>
    public void Handle(Command command, Func<CommandContext, Task<int>> handler) =>
        command.SetAction((arguments, cancellation) => handler(Context(arguments, cancellation)));

    /// <inheritdoc cref="Handle(Command, Func{CommandContext, Task{int}})"/>
    public void Handle(Command command, Func<CommandContext, int> handler) =>
        command.SetAction((arguments, cancellation) => Task.FromResult(handler(Context(arguments, cancellation))));

    private CommandContext Context(ParseResult arguments, CancellationToken cancellation) =>
        new(host, arguments, ResolveHome(arguments.GetValue(Home)), arguments.GetValue(Json), cancellation);

    private string ResolveHome(string? option)
    {
        string home = FirstSet(option, host.Environment("STRATO_HOME")) ?? DefaultHome();
        return Path.GetFullPath(home);
    }

    private string DefaultHome()
    {
        if (host.IsRoot)
        {
            return "/var/lib/strato";
        }

        string? data = FirstSet(host.Environment("XDG_DATA_HOME"), null);
        return Path.Combine(data ?? Path.Combine(host.Environment("HOME") ?? "/", ".local", "share"), "strato");
    }

    private static string? FirstSet(string? first, string? second) =>
        !string.IsNullOrEmpty(first) ? first : !string.IsNullOrEmpty(second) ? second : null;
}
