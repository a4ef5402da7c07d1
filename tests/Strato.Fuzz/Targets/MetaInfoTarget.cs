using Strato.Core.Hashing;
using Strato.Core.MetaInfo;

namespace Strato.Fuzz.Targets;

/// <summary>Meta information.</summary>
internal sealed class MetaInfoTarget : IFuzzTarget
{
    public string Name => "meta-info";

    public IEnumerable<byte[]> Seeds => GoldenSeeds.Plain(ObjectKind.MetaInfo, manifest => manifest.MetaInfo);

    public bool Run(byte[] input) => RepositoryMetaInfo.TryParse(input, out _, out _);
}
