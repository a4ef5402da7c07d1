using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strato.Commands;

/// <summary>The JSON form of what commands print.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AddReplicaReport))]
[JsonSerializable(typeof(IReadOnlyList<AuditReport>))]
[JsonSerializable(typeof(BackupReport))]
[JsonSerializable(typeof(IReadOnlyList<BranchReport>))]
[JsonSerializable(typeof(CheckoutReport))]
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(GcReport))]
[JsonSerializable(typeof(InfoReport))]
[JsonSerializable(typeof(KeysReport))]
[JsonSerializable(typeof(KeyRotationReport))]
[JsonSerializable(typeof(MkfsReport))]
[JsonSerializable(typeof(PruneReport))]
[JsonSerializable(typeof(PublishReport))]
[JsonSerializable(typeof(IReadOnlyList<ResignReport>))]
[JsonSerializable(typeof(ResignReport))]
[JsonSerializable(typeof(SignedWhitelistReport))]
[JsonSerializable(typeof(RestoreReport))]
[JsonSerializable(typeof(RollbackReport))]
[JsonSerializable(typeof(ServeReport))]
[JsonSerializable(typeof(SnapshotReport))]
[JsonSerializable(typeof(IReadOnlyList<SnapshotReport>))]
[JsonSerializable(typeof(StatsReport))]
[JsonSerializable(typeof(TagReport))]
[JsonSerializable(typeof(IReadOnlyList<TagReport>))]
[JsonSerializable(typeof(TalkReport))]
[JsonSerializable(typeof(TransactionReport))]
[JsonSerializable(typeof(IReadOnlyList<TransactionReport>))]
[JsonSerializable(typeof(AbortReport))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class CommandJson : JsonSerializerContext;
