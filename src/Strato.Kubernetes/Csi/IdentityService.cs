using Csi.V1;
using Grpc.Core;
using Strato.Client.Volumes;

namespace Strato.Kubernetes.Csi;

/// <summary>Who the driver is and whether its node is ready.</summary>
internal sealed class IdentityService(CsiOptions options, NamespaceMount mount) : Identity.IdentityBase
{
    public override Task<GetPluginInfoResponse> GetPluginInfo(GetPluginInfoRequest request, ServerCallContext context) =>
        Task.FromResult(new GetPluginInfoResponse { Name = options.DriverName, VendorVersion = options.Version });

    public override Task<GetPluginCapabilitiesResponse> GetPluginCapabilities(GetPluginCapabilitiesRequest request, ServerCallContext context)
    {
        GetPluginCapabilitiesResponse response = new();
        response.Capabilities.Add(Service(PluginCapability.Types.Service.Types.Type.ControllerService));
        if (options.Topology.Count > 0)
        {
            response.Capabilities.Add(Service(PluginCapability.Types.Service.Types.Type.VolumeAccessibilityConstraints));
        }

        return Task.FromResult(response);
    }

    public override Task<ProbeResponse> Probe(ProbeRequest request, ServerCallContext context) =>
        Task.FromResult(new ProbeResponse { Ready = mount.Find() is not null });

    private static PluginCapability Service(PluginCapability.Types.Service.Types.Type type) => new() { Service = new PluginCapability.Types.Service { Type = type } };
}
