using System.Text;
using Strato.Storage.Http;

namespace Strato.Fuzz.Targets;

/// <summary>Lists of proxies: what is accepted, written out, is accepted again with as many proxies in as many groups.</summary>
internal sealed class ProxySpecTarget : IFuzzTarget
{
    public string Name => "proxy-spec";

    public IEnumerable<byte[]> Seeds =>
    [
        "DIRECT"u8.ToArray(),
        "http://p:3128|http://q:3128;DIRECT"u8.ToArray(),
        "squid.example.org:3128;http://[::1]:80|https://user:pass@proxy:8080;;"u8.ToArray(),
        "auto;DIRECT"u8.ToArray(),
    ];

    public bool Run(byte[] input)
    {
        ProxySpec spec = ProxySpec.Parse(Encoding.Latin1.GetString(input));
        string text = string.Join(';', spec.Groups.Select(group => string.Join('|', group)));
        ProxySpec again = ProxySpec.Parse(text);
        return again.Count == spec.Count && again.Groups.Count == spec.Groups.Count && spec.Groups.All(group => group.Count > 0)
            ? true
            : throw new InvalidOperationException($"'{text}' does not come back");
    }
}
