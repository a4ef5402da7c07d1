using System.Text.Json.Serialization;

namespace Strato.Commands;

/// <summary>A transaction as <c>strato transaction ... --json</c> prints it.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Open">Whether one is open; otherwise the rest is absent.</param>
/// <param name="View">The directory to work in.</param>
/// <param name="Shown">Whether the view can be used at the moment; after a restart of the machine it is shown again with <c>--resume</c>.</param>
/// <param name="Kind"><c>overlay</c> or <c>scratch</c>.</param>
/// <param name="Path">What may be changed.</param>
/// <param name="Revision">The revision that it began with.</param>
/// <param name="RootCatalog">Its root catalog.</param>
/// <param name="TemplateFrom">What was copied; absent for nothing.</param>
/// <param name="TemplateTo">Where it was copied to.</param>
/// <param name="Opened">When it began.</param>
/// <param name="OpenedBy">Who began it.</param>
internal sealed record TransactionReport(
    string Repository,
    bool Open,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? View = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Shown = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Kind = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Path = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ulong? Revision = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RootCatalog = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TemplateFrom = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TemplateTo = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Opened = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? OpenedBy = null);
