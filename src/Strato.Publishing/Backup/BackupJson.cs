using System.Text.Json.Serialization;

namespace Strato.Publishing.Backup;

/// <summary>The JSON form of a backup's list.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 4)]
[JsonSerializable(typeof(BackupDocument))]
internal sealed partial class BackupJson : JsonSerializerContext;
