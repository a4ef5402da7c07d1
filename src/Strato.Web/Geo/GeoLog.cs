using Microsoft.Extensions.Logging;

namespace Strato.Web.Geo;

internal static partial class GeoLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Problem}; what was known of places before is used")]
    public static partial void NotRead(ILogger logger, string problem);
}
