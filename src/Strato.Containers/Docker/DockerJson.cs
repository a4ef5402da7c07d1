using System.Text.Json.Serialization;

namespace Strato.Containers.Docker;

/// <summary>The JSON form of the plugin protocol's messages and of a volume's file. Names are the protocol's own, in its case.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PluginRequest))]
[JsonSerializable(typeof(PluginReply))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class DockerJson : JsonSerializerContext;
