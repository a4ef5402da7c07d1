using Strato.Core;

namespace Strato.Client.Reading;

/// <summary>
/// An object cannot be had because no server gives anything at present. The log has said so when it began; it does not say it again for
/// each request.
/// </summary>
internal sealed class ServersDownException(string message) : StratoException(message);
