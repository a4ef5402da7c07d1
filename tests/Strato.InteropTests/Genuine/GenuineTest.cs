using System.Globalization;
using Strato.Testing.Genuine;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>What tests against the genuine peers share: a site of their own, or a reason why there are no peers.</summary>
public abstract class GenuineTest : IDisposable
{
    protected GenuineTest()
    {
        Assert.SkipWhen(GenuineTools.WhyAbsent is not null, GenuineTools.WhyAbsent ?? "");
        Site = new StratoSite();
    }

    /// <summary>Small chunks, so that small files are cut.</summary>
    protected static string[] SmallChunks { get; } =
    [
        "--chunk-min", VariedTree.ChunkMin.ToString(CultureInfo.InvariantCulture),
        "--chunk-avg", VariedTree.ChunkAverage.ToString(CultureInfo.InvariantCulture),
        "--chunk-max", VariedTree.ChunkMax.ToString(CultureInfo.InvariantCulture),
    ];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected StratoSite Site { get; }

    /// <summary>What a tree in the site's folder can hold.</summary>
    protected TreeFeatures Features => TreeSupport.In(Site.Folder);

    public void Dispose()
    {
        Site.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a command on the site.</summary>
    protected Task<string> StratoAsync(params string[] arguments) => Site.RunAsync(Cancellation, arguments);
}
