using System.Text.Json.Serialization;

namespace Strato.Publishing.Transactions;

/// <summary>The JSON form of a transaction's record.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(TransactionRecord))]
internal sealed partial class TransactionJson : JsonSerializerContext;
