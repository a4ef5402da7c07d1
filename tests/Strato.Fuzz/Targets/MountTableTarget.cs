using Strato.Posix;

namespace Strato.Fuzz.Targets;

/// <summary>/proc/self/mountinfo, in which paths and sources are anybody's bytes.</summary>
internal sealed class MountTableTarget : IFuzzTarget
{
    public string Name => "mount-table";

    public IEnumerable<byte[]> Seeds =>
    [
        File.ReadAllBytes("/proc/self/mountinfo"),
        "36 35 98:0 / /a\\040b\\134\\303\\244 ro shared:1 - fuse.strato x\\011y ro,user_id=0\n"u8.ToArray(),
    ];

    public bool Run(byte[] input) => MountTable.Parse(input).Count > 0;
}
