using System.Text.Json.Serialization;

namespace Strato.Core.Signing;

/// <summary>The JSON form of requests.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 4)]
[JsonSerializable(typeof(WhitelistRequestDocument))]
internal sealed partial class WhitelistRequestJson : JsonSerializerContext;
