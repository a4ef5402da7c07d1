using Strato.Storage.Http;

namespace Strato.Publishing.Checking;

/// <summary>Where a repository that is checked comes from: a storage directory or a server. Safe on any thread.</summary>
internal interface IObjectSource : IDisposable
{
    /// <summary>The place in words for people.</summary>
    string Location { get; }

    /// <summary>The same place for whoever reads verified bytes.</summary>
    Storage.Objects.IObjectSource Objects { get; }

    /// <summary>How many objects to ask for at a time.</summary>
    int Parallelism { get; }

    /// <summary>Gives an object's stored bytes to a sink; answers what is wrong, as the end of a sentence, or null.</summary>
    string? Feed(string key, IDownloadSink sink, CancellationToken cancellation);

    /// <summary>Looks whether an object is there, without reading all of it; answers what is wrong or null.</summary>
    string? Probe(string key, CancellationToken cancellation);

    /// <summary>A mutable object; null where it is absent.</summary>
    byte[]? ReadMutable(string key, int maximumLength, CancellationToken cancellation);
}
