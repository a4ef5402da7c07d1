using Microsoft.Extensions.Logging;

namespace Strato.Web.Origin;

internal static partial class OriginLog
{
    [LoggerMessage(1, LogLevel.Error, "{Path} failed: {Reason}")]
    public static partial void Failed(ILogger logger, string path, string reason);
}
