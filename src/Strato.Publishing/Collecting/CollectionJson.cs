using System.Text.Json.Serialization;

namespace Strato.Publishing.Collecting;

/// <summary>The JSON form of what collections leave on disk.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CollectionState))]
[JsonSerializable(typeof(CollectionOutcome))]
internal sealed partial class CollectionJson : JsonSerializerContext;
