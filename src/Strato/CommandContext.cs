using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Strato.Terminal;

namespace Strato;

/// <summary>
/// What a command gets to work with. Data goes to <see cref="Output"/>, everything else to <see cref="Error"/> or a
/// <see cref="StartProgress"/>. A command returns its exit code (<see cref="ExitCode"/>); it reports a failure by throwing a
/// <see cref="Core.StratoException"/>, which the frame prints as one line.
/// </summary>
internal sealed class CommandContext
{
    private readonly CommandHost host;

    public CommandContext(CommandHost host, ParseResult arguments, string home, bool json, CancellationToken cancellation)
    {
        this.host = host;
        Arguments = arguments;
        Home = home;
        Json = json;
        Cancellation = cancellation;
    }

    /// <summary>The parsed command line, to be asked for the command's own options and arguments.</summary>
    public ParseResult Arguments { get; }

    /// <summary>The absolute path under which repositories, keys, storage and caches live. It need not exist yet.</summary>
    public string Home { get; }

    /// <summary>True where the data is wanted as JSON.</summary>
    public bool Json { get; }

    /// <summary>Set by Ctrl-C and SIGTERM. A second signal ends the process at once.</summary>
    public CancellationToken Cancellation { get; }

    /// <inheritdoc cref="CommandHost.Output"/>
    public TextWriter Output => host.Output;

    /// <inheritdoc cref="CommandHost.Error"/>
    public TextWriter Error => host.Error;

    /// <inheritdoc cref="CommandHost.Clock"/>
    public TimeProvider Clock => host.Clock;

    /// <inheritdoc cref="CommandHost.IsRoot"/>
    public bool IsRoot => host.IsRoot;

    /// <inheritdoc cref="CommandHost.OpenInput"/>
    public Stream OpenInput() => host.OpenInput();

    /// <inheritdoc cref="CommandHost.Environment"/>
    public string? Environment(string variable) => host.Environment(variable);

    /// <summary>Prints one indented JSON document and a newline. The type's metadata is source-generated.</summary>
    public void WriteJson<T>(T value, JsonTypeInfo<T> type)
    {
        Output.WriteLine(JsonSerializer.Serialize(value, type));
    }

    /// <summary>
    /// Shows that work goes on, on <see cref="Error"/>: a bar on a terminal, now and then a plain line otherwise. Dispose of it
    /// before printing anything else.
    /// </summary>
    /// <param name="title">What is being done, such as <c>publishing sft.example.org</c>.</param>
    public IProgressDisplay StartProgress(string title) =>
        host.IsTerminal ? new TerminalProgress(title, Error) : new PlainProgress(title, Error, Clock);
}
