using Csi.V1;
using Strato.Client.Volumes;
using Strato.Posix;

namespace Strato.Kubernetes.Csi;

/// <summary>What may be asked of a volume: a mounted file system with any access mode, always read-only.</summary>
internal static class VolumeCapabilities
{
    /// <summary>Why a capability cannot be had; null where it can.</summary>
    public static string? Refusal(VolumeCapability? capability) => capability switch
    {
        null => "volume_capability is missing",
        { AccessTypeCase: VolumeCapability.AccessTypeOneofCase.Block } => "a repository is a file system and cannot be a block device: set volumeMode to Filesystem",
        { AccessTypeCase: not VolumeCapability.AccessTypeOneofCase.Mount } => "volume_capability has no access type",
        { AccessMode: null or { Mode: VolumeCapability.Types.AccessMode.Types.Mode.Unknown } } => "volume_capability has no access mode",
        _ => FlagRefusal(capability.Mount.MountFlags),
    };

    /// <summary>Throws INVALID_ARGUMENT where one cannot be had, or there is none.</summary>
    public static void Require(IReadOnlyCollection<VolumeCapability> capabilities)
    {
        if (capabilities.Count == 0)
        {
            throw VolumeFailure.Invalid("volume_capabilities is missing");
        }

        if (capabilities.Select(Refusal).FirstOrDefault(reason => reason is not null) is { } refusal)
        {
            throw VolumeFailure.Invalid(refusal);
        }
    }

    /// <summary>The restrictions that mount options ask for beyond the usual ones.</summary>
    public static MountAttributes Restrictions(VolumeCapability capability) =>
        capability.Mount.MountFlags.Contains("noexec") ? MountAttributes.NoExecution : MountAttributes.None;

    private static string? FlagRefusal(IEnumerable<string> flags) =>
        flags.FirstOrDefault(flag => flag is not ("ro" or "nosuid" or "nodev" or "noexec" or "noatime" or "relatime")) is { } unknown
            ? $"the mount option '{VolumeAttributes.Printable(unknown)}' is not known: there are ro, nosuid, nodev, noexec, noatime and relatime"
            : null;
}
