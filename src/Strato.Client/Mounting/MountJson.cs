using System.Text.Json.Serialization;
using Strato.Client.Attachments;

namespace Strato.Client.Mounting;

/// <summary>The JSON form of what a mount's daemon tells.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MountStatus))]
[JsonSerializable(typeof(MountRecord))]
[JsonSerializable(typeof(RevisionReport))]
[JsonSerializable(typeof(AttachReport))]
[JsonSerializable(typeof(CacheReport))]
[JsonSerializable(typeof(ControlRefusal))]
[JsonSerializable(typeof(SavedAttachment[]))]
internal sealed partial class MountJson : JsonSerializerContext;
