using System.Text.Json.Serialization;
using Strato.Storage.Cache;

namespace Strato.Client.Control;

/// <summary>The JSON form of what people ask a mount.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CacheListReport))]
[JsonSerializable(typeof(FreedReport))]
[JsonSerializable(typeof(LogReport))]
[JsonSerializable(typeof(ObjectsReport))]
[JsonSerializable(typeof(OpenCatalogReport[]))]
[JsonSerializable(typeof(OpenFilesReport))]
[JsonSerializable(typeof(PlaceReport[]))]
[JsonSerializable(typeof(ScrubResult))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ControlReports : JsonSerializerContext;
