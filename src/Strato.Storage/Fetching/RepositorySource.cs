using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Storage.Cache;
using Strato.Storage.Http;

namespace Strato.Storage.Fetching;

/// <summary>
/// Fetches a repository's signed root and verifies it up to a master key. A server whose root is damaged, foreign or older than what was
/// seen is left for the next one. The newest revision seen and the last good root are remembered in the cache. Thread-safe; one fetch
/// runs at a time.
/// </summary>
public sealed class RepositorySource : IDisposable
{
    private const string ManifestPath = "/.cvmfspublished";

    private readonly RepositorySourceOptions options;
    private readonly HttpSource source;
    private readonly RootMemory memory;
    private readonly SemaphoreSlim turn = new(1);
    private SignedRoot? lastRoot;

    /// <summary>Makes a source over parts that stay the caller's and outlive it.</summary>
    /// <exception cref="StratoException">The repository's name is not one.</exception>
    public RepositorySource(RepositorySourceOptions options, HttpSource source, ObjectCache cache)
    {
        this.options = options;
        this.source = source;
        memory = new RootMemory(cache, options.RepositoryName, options.Credential);
    }

    /// <summary>Fetches the newest root, and accepts none that is older than one seen.</summary>
    public ValueTask<RepositoryRoot> FetchAsync(CancellationToken cancellationToken = default) => FetchAsync(acceptsOlder: false, cancellationToken);

    /// <summary>
    /// Fetches the newest root. Where no server gives one (nothing answers, or what answers is no repository) the last good one is given
    /// instead, as long as its whitelist is valid. A root that servers do offer but that is not to be trusted, or is older than one seen,
    /// is never replaced by a kept one: somebody has to look.
    /// </summary>
    /// <param name="acceptsOlder">Whether a root is taken that is older than one seen, because an operator says so. It is the newest one seen from then on.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    /// <exception cref="UnknownRepositoryException">The servers have no such repository.</exception>
    /// <exception cref="StratoException">There is no root to be trusted; the message says why.</exception>
    public async ValueTask<RepositoryRoot> FetchAsync(bool acceptsOlder, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            RootProblem? worst = null;
            for (int attempt = 0; attempt < 2 * source.ServerCount; attempt++)
            {
                // Every server is asked twice in a row: what a proxy kept may be old or damaged, so the second time goes past it.
                bool isSecondTry = attempt % 2 == 1;
                (TrustedManifest? trusted, RootProblem? problem) = await TryFetchAsync(isSecondTry, acceptsOlder, cancellationToken);
                if (trusted is not null)
                {
                    return new RepositoryRoot(trusted, Problem: null);
                }

                worst = worst is { IsRefusal: true } && !problem!.IsRefusal ? worst : problem!;
                if (!problem!.AnotherServerMayHelp)
                {
                    break;
                }

                if (isSecondTry)
                {
                    source.LeaveServer(problem.Message);
                }
            }

            return worst!.IsRefusal ? throw new StratoException(worst.Message) : OpenKept(worst);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private RepositoryRoot OpenKept(RootProblem missing)
    {
        string problem = missing.Message;
        SignedRoot root = memory.ReadRoot() ?? throw (missing.IsUnknown ? new UnknownRepositoryException(problem) : new StratoException(problem));
        if (!TrustChain.TryVerify(Request(root), out TrustedManifest? trusted, out TrustFailure? failure))
        {
            throw new StratoException($"{problem}; and the root kept from earlier cannot be used: {failure.Message}");
        }

        return memory.ReadBreadcrumb() is { } seen && seen.IsNewerThan(trusted.Manifest, out string? older)
            ? throw new StratoException($"{problem}; and the root kept from earlier cannot be used: {older}")
            : new RepositoryRoot(trusted, problem);
    }

    private async ValueTask<(TrustedManifest? Trusted, RootProblem? Problem)> TryFetchAsync(
        bool bypassCaches, bool acceptsOlder, CancellationToken cancellationToken)
    {
        string name = options.RepositoryName;
        MemorySink manifest = new(SignedRoot.MaximumPartLength);
        if (await DownloadAsync(ManifestPath, manifest, bypassCaches, cancellationToken) is { } noManifest)
        {
            return (null, noManifest);
        }

        // Nothing but the whitelist's time can have changed about a root that was verified before.
        SignedRoot? known = lastRoot;
        if (known is not null && manifest.Bytes.Span.SequenceEqual(known.Manifest.Span)
            && TrustChain.TryVerify(Request(known), out TrustedManifest? unchanged, out _))
        {
            return (unchanged, null);
        }

        if (!Manifest.TryParse(manifest.Bytes.Span, out Manifest? parsed, out string? unreadable))
        {
            string garbage = $"the manifest of {name} cannot be read: {unreadable}; check that {source.CurrentServer} is a repository's address";
            return (null, new RootProblem(garbage, IsRefusal: false, AnotherServerMayHelp: true));
        }

        if (parsed.Certificate is not ObjectHash certificateHash)
        {
            string nameless = $"the manifest of {name} names no certificate; try another server";
            return (null, new RootProblem(nameless, IsRefusal: true, AnotherServerMayHelp: true));
        }

        MemorySink whitelist = new(SignedRoot.MaximumPartLength);
        if (await DownloadAsync("/.cvmfswhitelist", whitelist, bypassCaches, cancellationToken) is { } noWhitelist)
        {
            return (null, noWhitelist);
        }

        MemorySink certificate = new(SignedRoot.MaximumPartLength, certificateHash);
        string path = "/" + new ObjectName(certificateHash, ObjectKind.Certificate).StoragePath;
        if (await DownloadAsync(path, certificate, bypassCaches: false, cancellationToken) is { } noCertificate)
        {
            return (null, noCertificate);
        }

        return Verify(new SignedRoot(manifest.Bytes, whitelist.Bytes, certificate.Bytes), acceptsOlder);
    }

    private (TrustedManifest? Trusted, RootProblem? Problem) Verify(SignedRoot root, bool acceptsOlder)
    {
        if (!TrustChain.TryVerify(Request(root), out TrustedManifest? trusted, out TrustFailure? failure))
        {
            return (null, new RootProblem(failure.Message, IsRefusal: true, failure.AnotherServerMayHelp));
        }

        if (!acceptsOlder && memory.ReadBreadcrumb() is { } seen && seen.IsNewerThan(trusted.Manifest, out string? older))
        {
            string stale = $"{older}; to go back all the same, say --accept-older or remove {memory.Location}";
            return (null, new RootProblem(stale, IsRefusal: true, AnotherServerMayHelp: true));
        }

        memory.Remember(root, trusted.Manifest, acceptsOlder);
        lastRoot = root;
        return (trusted, null);
    }

    private async ValueTask<RootProblem?> DownloadAsync(
        string path, MemorySink sink, bool bypassCaches, CancellationToken cancellationToken)
    {
        FetchFailure? failure = await source.DownloadAsync(new DownloadRequest(path, BypassCaches: bypassCaches), sink, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (failure is null)
        {
            return null;
        }

        // The source has asked every server already. Bytes that are wrong are somebody's doing; no bytes are the network's.
        bool isRefusal = failure.Kind == FetchFailureKind.BadData;
        return new RootProblem($"cannot fetch {failure.Message}{source.TriedNote}", isRefusal, AnotherServerMayHelp: false)
        {
            IsUnknown = failure.Kind == FetchFailureKind.NotFound && path == ManifestPath,
        };
    }

    private TrustRequest Request(SignedRoot root) => new()
    {
        Manifest = root.Manifest,
        Whitelist = root.Whitelist,
        CertificateObject = root.Certificate,
        MasterKeys = options.MasterKeys,
        RepositoryName = options.RepositoryName,
        Now = options.Time.GetUtcNow(),
        Blacklist = options.ReadBlacklist(),
    };
}
