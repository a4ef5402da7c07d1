using Csi.V1;
using Grpc.Core;
using Strato.Client.Volumes;
using Strato.Posix;

namespace Strato.Kubernetes.Csi;

/// <summary>Shows volumes to pods on this node.</summary>
internal sealed class NodeService(CsiOptions options, NamespaceMount mount, VolumePublisher publisher, Operations operations) : Node.NodeBase
{
    public override async Task<NodePublishVolumeResponse> NodePublishVolume(NodePublishVolumeRequest request, ServerCallContext context)
    {
        RequireId(request.VolumeId);
        RequirePath(request.TargetPath, "target_path");
        if (VolumeCapabilities.Refusal(request.VolumeCapability) is { } refusal)
        {
            throw VolumeFailure.Invalid(refusal);
        }

        VolumeAttributes attributes = VolumeAttributes.Parse(request.VolumeContext);
        VolumeSecrets secrets = VolumeSecrets.Parse(request.Secrets);
        await operations.RunAsync(
            request.TargetPath,
            $"the volume of {attributes.Repository ?? "all repositories"}",
            limit => publisher.PublishAsync(request.TargetPath, attributes, secrets, VolumeCapabilities.Restrictions(request.VolumeCapability), limit),
            context.CancellationToken);
        return new NodePublishVolumeResponse();
    }

    public override async Task<NodeUnpublishVolumeResponse> NodeUnpublishVolume(NodeUnpublishVolumeRequest request, ServerCallContext context)
    {
        RequireId(request.VolumeId);
        RequirePath(request.TargetPath, "target_path");
        await operations.RunAsync(
            request.TargetPath, "the volume", _ => Task.FromResult(publisher.Unpublish(request.TargetPath)), context.CancellationToken);
        return new NodeUnpublishVolumeResponse();
    }

    public override async Task<NodeGetVolumeStatsResponse> NodeGetVolumeStats(NodeGetVolumeStatsRequest request, ServerCallContext context)
    {
        RequireId(request.VolumeId);
        RequirePath(request.VolumePath, "volume_path");
        PublishTarget? target = request.VolumePath[0] == '/' ? PublishTarget.Parse(request.VolumePath, "volume_path", makesParent: false) : null;
        if (target?.Mounted is not { Type: "fuse.strato" } mounted)
        {
            throw new VolumeFailure(VolumeFailureKind.NotFound, $"no volume is published at {VolumeAttributes.Printable(request.VolumePath)}");
        }

        (Errno errno, FileSystemStatus status) = await operations.RunAsync(
            "stats " + request.VolumePath,
            "the volume's statistics",
            _ => Task.FromResult((PosixPath.GetFileSystemStatus(target.Canonical!, out FileSystemStatus found), found)),
            context.CancellationToken);
        NodeGetVolumeStatsResponse response = new() { VolumeCondition = Condition(errno, mounted) };
        response.Usage.Add(Usage(VolumeUsage.Types.Unit.Bytes, (ulong)status.BlockSize * status.Blocks, (ulong)status.BlockSize * status.BlocksAvailable));
        response.Usage.Add(Usage(VolumeUsage.Types.Unit.Inodes, status.Files, status.FilesFree));
        return response;
    }

    public override Task<NodeGetCapabilitiesResponse> NodeGetCapabilities(NodeGetCapabilitiesRequest request, ServerCallContext context)
    {
        NodeGetCapabilitiesResponse response = new();
        foreach (NodeServiceCapability.Types.RPC.Types.Type type in (ReadOnlySpan<NodeServiceCapability.Types.RPC.Types.Type>)
            [NodeServiceCapability.Types.RPC.Types.Type.GetVolumeStats, NodeServiceCapability.Types.RPC.Types.Type.VolumeCondition, NodeServiceCapability.Types.RPC.Types.Type.SingleNodeMultiWriter])
        {
            response.Capabilities.Add(new NodeServiceCapability { Rpc = new NodeServiceCapability.Types.RPC { Type = type } });
        }

        return Task.FromResult(response);
    }

    public override Task<NodeGetInfoResponse> NodeGetInfo(NodeGetInfoRequest request, ServerCallContext context)
    {
        NodeGetInfoResponse response = new() { NodeId = options.Volumes.NodeName };
        if (options.Topology.Count > 0)
        {
            response.AccessibleTopology = new Topology();
            foreach ((string key, string value) in options.Topology)
            {
                response.AccessibleTopology.Segments[key] = value;
            }
        }

        return Task.FromResult(response);
    }

    private VolumeCondition Condition(Errno errno, MountEntry mounted)
    {
        if (errno != Errno.None)
        {
            return new VolumeCondition { Abnormal = true, Message = $"the repository does not answer: {errno.Describe()}; restart the pod, and see the client's log on node {options.Volumes.NodeName}" };
        }

        return mount.Find() is { } whole && whole.Minor == mounted.Minor && whole.Major == mounted.Major
            ? new VolumeCondition { Abnormal = false, Message = "the repository answers" }
            : new VolumeCondition { Abnormal = true, Message = "the volume is of a mount that has been replaced: restart the pod" };
    }

    private static VolumeUsage Usage(VolumeUsage.Types.Unit unit, ulong total, ulong available) =>
        new() { Unit = unit, Total = (long)total, Available = (long)available, Used = (long)(total - Math.Min(available, total)) };

    private static void RequireId(string id)
    {
        if (id.Length == 0)
        {
            throw VolumeFailure.Invalid("volume_id is missing");
        }
    }

    private static void RequirePath(string path, string field)
    {
        if (path.Length == 0)
        {
            throw VolumeFailure.Invalid($"{field} is missing");
        }
    }
}
