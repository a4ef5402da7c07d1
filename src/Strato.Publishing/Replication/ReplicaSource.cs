using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Publishing.Objects;
using Strato.Storage.Http;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>
/// The servers that a replica copies from. One whose root is damaged, foreign, or older than what the replica serves is left for the next one.
/// Fetching objects is thread-safe; roots are fetched one at a time.
/// </summary>
internal sealed class ReplicaSource : IDisposable
{
    private readonly ReplicaSettings settings;
    private readonly IReadOnlyList<MasterPublicKey> keys;
    private readonly TimeProvider clock;
    private readonly HttpSource source;

    public ReplicaSource(ReplicaSettings settings, TimeProvider clock, Action<string> notice)
    {
        this.settings = settings;
        this.clock = clock;
        keys = [.. settings.PublicKeys.SelectMany(MasterPublicKey.Load)];
        source = new HttpSource(new HttpSourceOptions
        {
            Servers = settings.Sources,
            Proxies = ProxySpec.Parse(settings.Proxy),
            Timeout = settings.Timeout,
            TimeoutDirect = settings.Timeout,
            Retries = settings.Retries,
            FirstBackoff = TimeSpan.FromSeconds(1),
            LongestBackoff = TimeSpan.FromSeconds(4),
            Notice = notice,
        });
    }

    /// <summary>The server in use.</summary>
    public string CurrentServer => source.CurrentServer;

    /// <summary>Returns where the source wants to be copied.</summary>
    /// <exception cref="StratoException">It does not say so, or does not answer.</exception>
    public void RequireReplicable(CancellationToken cancellation)
    {
        MemorySink sink = new(Manifest.MaxLength);
        FetchFailure? failure = Download("/" + ObjectKey.MasterReplica, sink, bypassCaches: true, cancellation);
        if (failure is { Kind: FetchFailureKind.NotFound })
        {
            throw new StratoException(
                $"{source.CurrentServer} does not let {settings.Name} be replicated: it has no {ObjectKey.MasterReplica}; check the address, which must be a stratum 0's");
        }

        Require(failure);
    }

    /// <summary>When the source says that its garbage was collected last, in its own words; null where it does not say.</summary>
    public string? FetchLastCollection(CancellationToken cancellation)
    {
        MemorySink sink = new(StatusDocument.MaximumLength);
        return Download("/" + StatusDocument.Key, sink, bypassCaches: true, cancellation) is null ? StatusDocument.Find(sink.Bytes, "last_gc") : null;
    }

    /// <summary>Fetches the newest root that may follow the one that is held.</summary>
    /// <exception cref="StratoException">No server offers one; the message says why the last one's was refused.</exception>
    public SourceRoot FetchRoot(HeldRoot? held, bool acceptsOlder, CancellationToken cancellation)
    {
        TrustFailure? last = null;
        for (int attempt = 0; attempt < 2 * source.ServerCount; attempt++)
        {
            // Every server is asked twice in a row: what a proxy kept may be old or damaged, so the second time goes past it.
            bool isSecondTry = attempt % 2 == 1;
            (SourceRoot? root, TrustFailure? refusal) = TryFetchRoot(held, acceptsOlder, isSecondTry, cancellation);
            if (root is not null)
            {
                return root;
            }

            last = refusal;
            if (!refusal!.AnotherServerMayHelp)
            {
                break;
            }

            if (isSecondTry)
            {
                source.LeaveServer(refusal.Message);
            }
        }

        throw new StratoException($"{last!.Message} (from {source.CurrentServer})");
    }

    /// <summary>Downloads an object's stored bytes into a sink; false where no server has it.</summary>
    /// <exception cref="StratoException">It cannot be had for another reason.</exception>
    public async ValueTask<bool> TryFetchAsync(ObjectName name, IDownloadSink sink, CancellationToken cancellation)
    {
        FetchFailure? failure = await source.DownloadAsync(new DownloadRequest("/" + ObjectKey.Of(name)), sink, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (failure is { Kind: FetchFailureKind.NotFound })
        {
            return false;
        }

        Require(failure);
        return true;
    }

    public void Dispose()
    {
        source.Dispose();
        foreach (MasterPublicKey key in keys)
        {
            key.Dispose();
        }
    }

    private static void Require(FetchFailure? failure)
    {
        if (failure is not null)
        {
            throw new StratoException($"cannot fetch {failure.Message}");
        }
    }

    private (SourceRoot? Root, TrustFailure? Refusal) TryFetchRoot(HeldRoot? held, bool acceptsOlder, bool bypassCaches, CancellationToken cancellation)
    {
        byte[] manifest = Fetch("/" + ObjectKey.Manifest, new MemorySink(Manifest.MaxLength), bypassCaches, cancellation);
        if (!Manifest.TryParse(manifest, out Manifest? parsed, out string? problem))
        {
            return (null, new TrustFailure(
                TrustFailureReason.ManifestMalformed, $"the manifest of {settings.Name} cannot be read: {problem}; check that the source's address is a repository's"));
        }

        if (parsed.Certificate is not { } hash)
        {
            return (null, new TrustFailure(TrustFailureReason.CertificateHashMismatch, $"the manifest of {settings.Name} names no certificate; try another source"));
        }

        byte[] whitelist = Fetch("/" + ObjectKey.Whitelist, new MemorySink(Whitelist.MaxLength), bypassCaches, cancellation);
        string certificatePath = "/" + ObjectKey.Of(new ObjectName(hash, ObjectKind.Certificate));
        byte[] certificate = Fetch(certificatePath, new MemorySink(SigningCertificate.MaxLength, hash), bypassCaches: false, cancellation);
        TrustRequest request = new()
        {
            Manifest = manifest,
            Whitelist = whitelist,
            CertificateObject = certificate,
            MasterKeys = keys,
            RepositoryName = settings.Name,
            Now = clock.GetUtcNow(),
        };
        if (!TrustChain.TryVerify(request, out TrustedManifest? trusted, out TrustFailure? failure))
        {
            return (null, failure);
        }

        if (acceptsOlder || held is null)
        {
            return (new SourceRoot(trusted, manifest, whitelist, certificate), null);
        }

        return Breadcrumb.Of(held.Manifest).IsNewerThan(trusted.Manifest, out string? older)
            ? (null, new TrustFailure(TrustFailureReason.ManifestMalformed, $"{older}; to go back all the same, say --accept-older"))
            : PreferNewerWhitelist(held, request, trusted);
    }

    // An old whitelist may allow a certificate that was withdrawn since. It is no reason to give up the newer one that is here.
    private (SourceRoot? Root, TrustFailure? Refusal) PreferNewerWhitelist(HeldRoot held, TrustRequest request, TrustedManifest trusted)
    {
        SourceRoot offered = new(trusted, request.Manifest, request.Whitelist, request.CertificateObject);
        if (!held.TryGetWhitelist(out Whitelist? present) || trusted.Whitelist.Issued >= present.Issued || present.IsExpired(request.Now))
        {
            return (offered, null);
        }

        return TrustChain.TryVerify(request with { Whitelist = held.Whitelist }, out TrustedManifest? kept, out TrustFailure? failure)
            ? (offered with { Trusted = kept, Whitelist = held.Whitelist }, null)
            : failure.Reason is TrustFailureReason.CertificateNotListed
                ? (null, new TrustFailure(
                    TrustFailureReason.WhitelistMalformed,
                    $"the source offers a whitelist of {settings.Name} that is older than the one here, which does not list its certificate; to take it all the same, say --accept-older"))
                : (offered, null);
    }

    private byte[] Fetch(string path, MemorySink sink, bool bypassCaches, CancellationToken cancellation)
    {
        Require(Download(path, sink, bypassCaches, cancellation));
        return sink.Bytes.ToArray();
    }

    private FetchFailure? Download(string path, MemorySink sink, bool bypassCaches, CancellationToken cancellation)
    {
        FetchFailure? failure = Blocking.Wait(source.DownloadAsync(new DownloadRequest(path, BypassCaches: bypassCaches), sink, cancellation));
        cancellation.ThrowIfCancellationRequested();
        return failure;
    }
}
