using Spectre.Console;

namespace Strato.Terminal;

/// <summary>Progress for a person at a terminal: a bar that redraws itself and is gone when the work is done.</summary>
internal sealed class TerminalProgress : IProgressDisplay
{
    private readonly string title;
    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task drawing;
    private volatile State state = new("", null);

    public TerminalProgress(string title, TextWriter writer)
    {
        this.title = Markup.Escape(title);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(writer),
        });
        drawing = console.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn())
            .StartAsync(DrawAsync);
    }

    /// <inheritdoc/>
    public void Report(string detail, double? fraction = null) => state = new State(detail, fraction);

    public void Dispose()
    {
        finished.TrySetResult();
        drawing.GetAwaiter().GetResult();
    }

    private async Task DrawAsync(ProgressContext context)
    {
        ProgressTask bar = context.AddTask(title);
        using PeriodicTimer tick = new(TimeSpan.FromMilliseconds(100));
        do
        {
            State now = state;
            bar.Description = now.Detail.Length == 0 ? title : $"{title}: {Markup.Escape(now.Detail)}";
            bar.IsIndeterminate = now.Fraction is null;
            bar.Value = (now.Fraction ?? 0) * bar.MaxValue;
        }
        while (await Task.WhenAny(finished.Task, tick.WaitForNextTickAsync().AsTask()) != finished.Task);
    }

    private sealed record State(string Detail, double? Fraction);
}
