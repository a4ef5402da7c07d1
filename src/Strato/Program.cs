using Strato;

using CommandHost host = CommandHost.ForProcess();
return await CommandLine.RunAsync(args, host);
