using System.Text.Json.Serialization;

namespace Strato.Publishing.Auditing;

/// <summary>The JSON form of what is kept about operations.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AuditLine))]
[JsonSerializable(typeof(OperationTotals))]
internal sealed partial class AuditJson : JsonSerializerContext;
