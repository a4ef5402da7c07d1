using BenchmarkDotNet.Running;
using Strato.Benchmarks.Fuse;
using Strato.Benchmarks.Whole;

// `whole STRATO RESULTS`: whole commands against native tools on the same tree; `large STRATO RESULTS`: small changes of large repositories; `fuse`: the protocol layer alone; anything else goes to BenchmarkDotNet.
if (args is ["whole", string strato, string results])
{
    return await WholeCommands.RunAsync(Path.GetFullPath(strato), Path.GetFullPath(results));
}

if (args is ["large", string program, string kept])
{
    return LargeRepositories.Run(Path.GetFullPath(program), Path.GetFullPath(kept));
}

if (args is ["fuse"])
{
    return FuseBenchmark.Run();
}

BenchmarkSwitcher.FromAssembly(typeof(WholeCommands).Assembly).Run(args);
return 0;
