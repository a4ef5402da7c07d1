using Strato.Testing.Mounting;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>What a process takes.</summary>
/// <param name="Memory">Resident bytes.</param>
/// <param name="Descriptors">Open descriptors.</param>
internal readonly record struct Measure(long Memory, int Descriptors)
{
    public static Measure Of(int process) => new(MountProcesses.MemoryOf(process), MountProcesses.DescriptorsOf(process));

    /// <summary>The median of each.</summary>
    public static Measure Middle(IEnumerable<Measure> measures)
    {
        Measure[] all = [.. measures];
        return new Measure(all.Select(one => one.Memory).Order().ElementAt(all.Length / 2), all.Select(one => one.Descriptors).Order().ElementAt(all.Length / 2));
    }

    /// <summary>The most of each.</summary>
    public static Measure Peak(IEnumerable<Measure> measures) =>
        measures.Aggregate(default(Measure), (peak, next) => new Measure(Math.Max(peak.Memory, next.Memory), Math.Max(peak.Descriptors, next.Descriptors)));
}
