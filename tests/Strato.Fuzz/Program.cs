using System.Globalization;
using Strato.Fuzz;

FuzzOptions? options = FuzzOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(FuzzOptions.Usage);
    return 2;
}

List<IFuzzTarget> targets = FuzzTargets.Create(options.Targets);
if (options.IsList)
{
    targets.ForEach(target => Console.WriteLine(target.Name));
    return 0;
}

if (targets.Count == 0 || (options.Replay is not null && targets.Count != 1))
{
    Console.Error.WriteLine(targets.Count == 0 ? "no such target; --list names them" : "--replay needs one --target");
    return 2;
}

FuzzSession session = new(options);
long runs = 0;
int findings = 0;
foreach (IFuzzTarget target in targets)
{
    FuzzResult result = session.Run(target, options.Duration / targets.Count);
    runs += result.Runs;
    findings += result.Findings.Count;
    (target as IDisposable)?.Dispose();
}

session.Tidy();
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"fuzz: {runs} inputs, {targets.Count} targets, {findings} findings (seed {options.Seed})"));
return findings == 0 ? 0 : 1;
