namespace Strato.Storage.Http;

/// <summary>
/// Takes the bytes of one download and judges them, so that a bad source can be left for the next one. Used by one attempt at a time,
/// from changing threads. Trouble of its own (a full disk) it throws as a <see cref="Core.StratoException"/>, which ends the download.
/// </summary>
public interface IDownloadSink
{
    /// <summary>Starts an attempt: whatever an earlier one left is dropped.</summary>
    void Begin();

    /// <summary>
    /// Hears what a source says of the object before its bytes: its whole length and its time, each null where it does not say.
    /// </summary>
    void Announce(long? length, DateTimeOffset? lastModified)
    {
    }

    /// <summary>Takes the next bytes; answers what is wrong with them, as the end of a sentence, or null.</summary>
    string? Write(ReadOnlySpan<byte> bytes);

    /// <summary>Says that the bytes are complete; answers what is wrong with them, or null.</summary>
    string? Finish();
}
