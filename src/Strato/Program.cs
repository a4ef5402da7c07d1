using Strato;
using Strato.Commands;

if (args.AsSpan().SequenceEqual([.. HoldCommand.Line]))
{
    return HoldCommand.Run();
}

using CommandHost host = CommandHost.ForProcess();
return await CommandLine.RunAsync(args, host);
