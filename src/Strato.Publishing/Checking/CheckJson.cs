using System.Text.Json.Serialization;

namespace Strato.Publishing.Checking;

/// <summary>The JSON form of what checks leave on disk.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CheckState))]
internal sealed partial class CheckJson : JsonSerializerContext;
