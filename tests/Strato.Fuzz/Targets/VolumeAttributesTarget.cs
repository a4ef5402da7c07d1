using System.Text;
using Strato.Core;
using Strato.Client.Volumes;

namespace Strato.Fuzz.Targets;

/// <summary>A CSI volume's attributes, as lines <c>NAME:VALUE</c>: what is accepted names no place outside and adds no setting of its own.</summary>
internal sealed class VolumeAttributesTarget : IFuzzTarget
{
    public string Name => "volume-attributes";

    public IEnumerable<byte[]> Seeds =>
    [
        "repository:sft.example.org\0tag:v1\0path:/lcg/views"u8.ToArray(),
        "repository:a.b\0clientConfig:CVMFS_HTTP_PROXY=\"http://a:3128;DIRECT\"\nexport CVMFS_TIMEOUT=5\0sharedMountID:x"u8.ToArray(),
        "repository:a.b\0hash:0123456789012345678901234567890123456789-shake128\0clientConfigFilepath:/etc/strato/a"u8.ToArray(),
        "repository:a.b\0revision:17\0csi.storage.k8s.io/ephemeral:true"u8.ToArray(),
    ];

    public bool Run(byte[] input)
    {
        try
        {
            VolumeAttributes attributes = VolumeAttributes.Parse(Encoding.UTF8.GetString(input).Split('\0').Select(pair => pair.Split(':', 2)).Where(pair => pair.Length == 2).Select(pair => KeyValuePair.Create(pair[0], pair[1])));
            bool isSafe = attributes.Settings.All(setting => !setting.Any(char.IsControl) && setting.Contains('=', StringComparison.Ordinal) && !setting.StartsWith("STRATO_TOKEN", StringComparison.Ordinal))
                && !attributes.Path.Split('/').Contains("..") && !attributes.Path.StartsWith('/')
                && (attributes.Repository is null || RepositoryName.IsValid(attributes.Repository));
            return isSafe ? true : throw new InvalidOperationException("attributes that lead outside are accepted");
        }
        catch (VolumeFailure)
        {
            return false;
        }
    }
}
