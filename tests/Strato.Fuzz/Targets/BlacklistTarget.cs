using System.Text;
using Strato.Core.Signing;

namespace Strato.Fuzz.Targets;

/// <summary>Blacklists of fingerprints and revisions.</summary>
internal sealed class BlacklistTarget : IFuzzTarget
{
    public string Name => "blacklist";

    public IEnumerable<byte[]> Seeds =>
    [
        .. GoldenSeeds.Files(".cvmfswhitelist"),
        Encoding.ASCII.GetBytes("# a comment\n<golden.test.org 12\n<a.test.org\t7\nA7:3D:8D:A9:26:B7:2B:3D:BE:D6:D4:D5:1F:5F:19:1A:D5:92:34:D2 # stolen\n"),
    ];

    public bool Run(byte[] input)
    {
        Blacklist list = Blacklist.Parse(input);
        return list.Certificates.Count > 0 || list.MinimumRevision("golden.test.org") > 0;
    }
}
