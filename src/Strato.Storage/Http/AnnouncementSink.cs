namespace Strato.Storage.Http;

/// <summary>Keeps what a source says of an object, and wants no bytes.</summary>
internal sealed class AnnouncementSink : IDownloadSink
{
    /// <summary>The length in bytes, null where the source does not say.</summary>
    public long? Length { get; private set; }

    /// <summary>The time of the last change, null where the source does not say.</summary>
    public DateTimeOffset? LastModified { get; private set; }

    /// <inheritdoc/>
    public void Begin()
    {
    }

    /// <inheritdoc/>
    public void Announce(long? length, DateTimeOffset? lastModified) => (Length, LastModified) = (length, lastModified);

    /// <inheritdoc/>
    public string? Write(ReadOnlySpan<byte> bytes) => null;

    /// <inheritdoc/>
    public string? Finish() => null;
}
