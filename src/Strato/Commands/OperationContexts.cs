using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Terminal;

namespace Strato.Commands;

/// <summary>What a command's operation is given.</summary>
internal static class OperationContexts
{
    /// <summary>For an operation that is soon done; its warnings go to the standard error.</summary>
    public static OperationContext Operation(this CommandContext context) => new()
    {
        Home = new RepositoryHome(context.Home),
        Clock = context.Clock,
        Cancellation = context.Cancellation,
        Warn = warning => context.Error.WriteLine($"warning: {warning}"),
    };

    /// <summary>For one that may take long: how far it is goes to a display.</summary>
    public static OperationContext Operation(this CommandContext context, IProgressDisplay progress, Func<PublishCounts, string> describe) =>
        context.Operation() with { Progress = counts => progress.Report(describe(counts)) };
}
