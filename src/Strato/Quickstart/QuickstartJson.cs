using System.Text.Json.Serialization;

namespace Strato.Quickstart;

/// <summary>The JSON form of what the quickstart prints.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(QuickstartReport))]
internal sealed partial class QuickstartJson : JsonSerializerContext;
