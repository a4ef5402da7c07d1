using System.CommandLine;
using Strato.Core;
using Strato.Testing;

namespace Strato.Tests;

public sealed class CommandLineTests
{
    private readonly CapturedHost host = new();

    [Fact]
    public async Task Help_goes_to_the_output_and_is_no_failure()
    {
        Assert.Equal(ExitCode.Done, await host.RunAsync("--help"));
        Assert.Contains("--home <DIR>", host.Output, StringComparison.Ordinal);
        Assert.Empty(host.Error);
    }

    [Theory]
    [InlineData("strato: which command? (see 'strato --help')")]
    [InlineData("strato: there is no command or option 'mnt' (see 'strato --help')", "mnt", "DIR")]
    [InlineData("strato: there is no command or option '--loud' (see 'strato --help')", "--loud")]
    public async Task Wrong_usage_is_told_in_one_line(string line, params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, await host.RunAsync(arguments));
        Assert.Equal(line + "\n", host.Error);
        Assert.Empty(host.Output);
    }

    [Fact]
    public async Task A_refusal_is_shown_as_its_one_line()
    {
        Assert.Equal(ExitCode.Failed, await RunAsync(_ => throw new StratoException("cannot do it to that: it is\nbroken")));
        Assert.Equal("strato probe: cannot do it to that: it is broken\n", host.Error);
    }

    [Fact]
    public async Task A_bug_shows_no_stack_trace()
    {
        Assert.Equal(ExitCode.Failed, await RunAsync(_ => throw new InvalidOperationException("surprise")));
        Assert.Equal("strato probe: unexpected InvalidOperationException: surprise (this is a bug; STRATO_DEBUG=1 shows the details)\n", host.Error);
    }

    [Fact]
    public async Task A_bug_shows_its_stack_trace_to_those_who_ask()
    {
        host.With("STRATO_DEBUG", "1");
        Assert.Equal(ExitCode.Failed, await RunAsync(_ => throw new InvalidOperationException("surprise")));
        Assert.Contains("   at Strato.", host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_printed_before_a_failure_is_kept()
    {
        await RunAsync(context =>
        {
            context.Output.WriteLine("first");
            throw new StratoException("second");
        });
        Assert.Equal("first\n", host.Output);
    }

    [Theory]
    [InlineData("/option", true, "--home", "/option")]
    [InlineData("/variable", true)]
    public async Task The_option_wins_over_the_variable(string expected, bool isRoot, params string[] arguments)
    {
        host.IsRoot = isRoot;
        host.With("STRATO_HOME", "/variable");
        Assert.Equal(expected, await HomeAsync(arguments));
    }

    [Fact]
    public async Task Root_has_its_home_in_var_lib()
    {
        Assert.Equal("/var/lib/strato", await HomeAsync());
    }

    [Fact]
    public async Task Others_have_their_home_among_their_data()
    {
        host.IsRoot = false;
        host.With("HOME", "/home/ada");
        Assert.Equal("/home/ada/.local/share/strato", await HomeAsync());
        host.With("XDG_DATA_HOME", "/data");
        Assert.Equal("/data/strato", await HomeAsync());
    }

    private async Task<string> HomeAsync(params string[] arguments)
    {
        string? home = null;
        await RunAsync(
            context =>
            {
                home = context.Home;
                return ExitCode.Done;
            },
            arguments);
        return Assert.IsType<string>(home);
    }

    private Task<int> RunAsync(Func<CommandContext, int> handler, params string[] arguments) =>
        host.RunAsync(world => CommandLine.RunAsync(
            ["probe", .. arguments],
            world,
            [new CommandEntry("probe", globals =>
            {
                Command command = new("probe", "A command for tests.");
                globals.Handle(command, handler);
                return command;
            })]));
}
