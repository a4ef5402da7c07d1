using Csi.V1;
using Grpc.Core;
using Strato.Client.Volumes;

namespace Strato.Kubernetes.Csi;

/// <summary>
/// Makes volumes of claims. A repository exists whether claimed or not, so a volume is its parameters and an id; its capacity is what was asked for, and means nothing.
/// </summary>
internal sealed class ControllerService(CreatedVolumes created, RepositoryAllowList allowed) : Controller.ControllerBase
{
    public override Task<CreateVolumeResponse> CreateVolume(CreateVolumeRequest request, ServerCallContext context)
    {
        if (request.Name.Length == 0)
        {
            throw VolumeFailure.Invalid("name is missing");
        }

        VolumeCapabilities.Require(request.VolumeCapabilities);
        if (request.VolumeContentSource is not null)
        {
            throw VolumeFailure.Invalid("a repository has no snapshots or clones to make a volume from: leave the claim's dataSource out, and pin with the parameter tag");
        }

        if (request.CapacityRange is { } range && (range.RequiredBytes < 0 || range.LimitBytes < 0 || (range.LimitBytes > 0 && range.LimitBytes < range.RequiredBytes)))
        {
            throw new VolumeFailure(VolumeFailureKind.OutOfRange, "the capacity's limit is below what is required, or one of them is negative");
        }

        allowed.Require(VolumeAttributes.Parse(request.Parameters).Repository);
        KeyValuePair<string, string>[] own = [.. request.Parameters.Where(pair => !pair.Key.StartsWith("csi.storage.k8s.io/", StringComparison.Ordinal))];
        VolumeId id = VolumeId.Of(request.Name, own);
        Volume volume = new()
        {
            VolumeId = id.ToString(),
            CapacityBytes = created.Add(id, request.CapacityRange?.RequiredBytes ?? 0, request.CapacityRange?.LimitBytes ?? 0),
        };
        foreach ((string key, string value) in own)
        {
            volume.VolumeContext[key] = value;
        }

        return Task.FromResult(new CreateVolumeResponse { Volume = volume });
    }

    public override Task<DeleteVolumeResponse> DeleteVolume(DeleteVolumeRequest request, ServerCallContext context)
    {
        RequireId(request.VolumeId);
        if (VolumeId.TryParse(request.VolumeId, out VolumeId id))
        {
            created.Remove(id);
        }

        return Task.FromResult(new DeleteVolumeResponse());
    }

    public override Task<ValidateVolumeCapabilitiesResponse> ValidateVolumeCapabilities(ValidateVolumeCapabilitiesRequest request, ServerCallContext context)
    {
        RequireId(request.VolumeId);
        if (request.VolumeCapabilities.Count == 0)
        {
            throw VolumeFailure.Invalid("volume_capabilities is missing");
        }

        if (!VolumeId.TryParse(request.VolumeId, out _) && request.VolumeContext.Count == 0)
        {
            throw new VolumeFailure(VolumeFailureKind.NotFound, $"there is no volume {VolumeAttributes.Printable(request.VolumeId)}");
        }

        VolumeAttributes.Parse(request.VolumeContext);
        ValidateVolumeCapabilitiesResponse response = new();
        if (request.VolumeCapabilities.Select(VolumeCapabilities.Refusal).FirstOrDefault(reason => reason is not null) is { } refusal)
        {
            response.Message = refusal;
        }
        else
        {
            response.Confirmed = new ValidateVolumeCapabilitiesResponse.Types.Confirmed();
            response.Confirmed.VolumeCapabilities.Add(request.VolumeCapabilities);
            response.Confirmed.VolumeContext.Add(request.VolumeContext);
            response.Confirmed.Parameters.Add(request.Parameters);
        }

        return Task.FromResult(response);
    }

    public override Task<ControllerGetCapabilitiesResponse> ControllerGetCapabilities(ControllerGetCapabilitiesRequest request, ServerCallContext context)
    {
        ControllerGetCapabilitiesResponse response = new();
        response.Capabilities.Add(Rpc(ControllerServiceCapability.Types.RPC.Types.Type.CreateDeleteVolume));
        response.Capabilities.Add(Rpc(ControllerServiceCapability.Types.RPC.Types.Type.SingleNodeMultiWriter));
        return Task.FromResult(response);
    }

    private static ControllerServiceCapability Rpc(ControllerServiceCapability.Types.RPC.Types.Type type) => new() { Rpc = new ControllerServiceCapability.Types.RPC { Type = type } };

    private static void RequireId(string id)
    {
        if (id.Length == 0)
        {
            throw VolumeFailure.Invalid("volume_id is missing");
        }
    }
}
