using Strato.FunctionalTests.Fuse;
using Strato.Testing.Conformance;
using Strato.Testing.Mounting;

namespace Strato.FunctionalTests.Conformance;

/// <summary>One tree for all tests of the kit: it takes longer to make than to look at.</summary>
public sealed class ConformanceFixture : IAsyncLifetime
{
    private ConformanceSite? site;

    internal ConformanceSite Site => site!;

    public async ValueTask InitializeAsync()
    {
        FuseRequirement.Root();
        Assert.SkipUnless(Ext4Image.WhyImpossible is null, Ext4Image.WhyImpossible ?? "");
        site = await ConformanceSite.MakeAsync();
    }

    public ValueTask DisposeAsync() => site?.DisposeAsync() ?? ValueTask.CompletedTask;
}
