using Strato.Storage.Objects;

namespace Strato.Storage.Http;

/// <summary>What to download.</summary>
/// <param name="Path">The path below a server's base address, percent-encoded, beginning with a slash.</param>
/// <param name="Range">A part of it, or null for the whole.</param>
/// <param name="BypassCaches">Whether proxies are told to ask the server anew.</param>
/// <param name="HeadersOnly">Whether only <see cref="IDownloadSink.Announce"/> is wanted, and no bytes.</param>
public readonly record struct DownloadRequest(string Path, ByteRange? Range = null, bool BypassCaches = false, bool HeadersOnly = false);
