using System.Globalization;
using Strato.Publishing.Auditing;

namespace Strato.Commands;

/// <summary>One operation as <c>strato audit --json</c> prints it.</summary>
/// <param name="Id">Unique.</param>
/// <param name="Begun">When it began (UTC).</param>
/// <param name="Operation">What was done.</param>
/// <param name="Repository">To which repository.</param>
/// <param name="Outcome">done, unchanged, failed, interrupted; running; or killed.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="User">The effective user.</param>
/// <param name="Uid">Its number.</param>
/// <param name="LoginUid">The number of who logged in.</param>
/// <param name="SudoUser">Who called sudo.</param>
/// <param name="Host">The machine.</param>
/// <param name="Pid">The process.</param>
/// <param name="Command">Its command line.</param>
/// <param name="OldRevision">What readers saw before.</param>
/// <param name="OldRootCatalog">Its root catalog.</param>
/// <param name="Revision">What they saw afterwards.</param>
/// <param name="RootCatalog">Its root catalog.</param>
/// <param name="Tag">The tag that was given, taken or gone back to.</param>
/// <param name="Counts">What was counted.</param>
internal sealed record AuditReport(
    string Id,
    string Begun,
    string Operation,
    string Repository,
    string Outcome,
    string? Error,
    double? Seconds,
    string? User,
    uint? Uid,
    uint? LoginUid,
    string? SudoUser,
    string? Host,
    int? Pid,
    string? Command,
    ulong? OldRevision,
    string? OldRootCatalog,
    ulong? Revision,
    string? RootCatalog,
    string? Tag,
    IReadOnlyDictionary<string, long> Counts)
{
    public static AuditReport Of(AuditEntry entry) => new(
        entry.Id,
        entry.Begun.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        entry.Operation,
        entry.Repository,
        OutcomeOf(entry),
        entry.Error,
        entry.Seconds,
        entry.Actor?.User,
        entry.Actor?.Uid,
        entry.Actor?.LoginUid,
        entry.Actor?.SudoUser,
        entry.Actor?.Host,
        entry.Actor?.Pid,
        entry.Actor?.Command,
        entry.Before?.Revision,
        entry.Before?.RootCatalog,
        entry.After?.Revision,
        entry.After?.RootCatalog,
        entry.Tag,
        entry.Counts);

    /// <summary>How it ended, in a word.</summary>
    public static string OutcomeOf(AuditEntry entry) =>
        entry.Outcome?.ToString().ToLowerInvariant() ?? (entry.IsRunning ? "running" : "killed");
}
