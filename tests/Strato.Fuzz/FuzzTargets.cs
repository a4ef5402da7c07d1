namespace Strato.Fuzz;

/// <summary>Finds the targets.</summary>
internal static class FuzzTargets
{
    /// <summary>Makes every target, or those that are named, in the order of their names.</summary>
    public static List<IFuzzTarget> Create(IReadOnlyList<string> names) =>
    [
        .. typeof(FuzzTargets).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IFuzzTarget)) && type is { IsAbstract: false, IsInterface: false })
            .Select(type => (IFuzzTarget)Activator.CreateInstance(type)!)
            .Where(target => names.Count == 0 || names.Contains(target.Name))
            .OrderBy(target => target.Name, StringComparer.Ordinal),
    ];
}
