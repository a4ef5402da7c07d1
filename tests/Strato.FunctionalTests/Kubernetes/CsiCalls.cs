namespace Strato.FunctionalTests.Kubernetes;

/// <summary>Calls in the form that the client takes.</summary>
internal static class CsiCalls
{
    /// <summary>A mounted file system for readers anywhere.</summary>
    public static object Capability { get; } = new { access_mode = new { mode = "MULTI_NODE_READER_ONLY" }, mount = new { } };

    public static object Create(string name, object parameters) =>
        new { call = "Controller.CreateVolume", request = new { name, parameters, volume_capabilities = new[] { Capability } } };

    public static object Publish(string target, object attributes, object? secrets = null, object? capability = null) => new
    {
        call = "Node.NodePublishVolume",
        request = new { volume_id = "static", target_path = target, volume_capability = capability ?? Capability, volume_context = attributes, secrets = secrets ?? new { } },
    };

    public static object Unpublish(string target) => new { call = "Node.NodeUnpublishVolume", request = new { volume_id = "static", target_path = target } };

    public static object Stats(string path) => new { call = "Node.NodeGetVolumeStats", request = new { volume_id = "static", volume_path = path } };
}
