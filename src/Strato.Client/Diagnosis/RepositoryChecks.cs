using System.Globalization;
using Strato.Core;
using Strato.Core.Configuration;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Storage.Http;

namespace Strato.Client.Diagnosis;

/// <summary>Looks at one repository: keys, servers, proxies, and what is signed.</summary>
internal sealed class RepositoryChecks(DiagnosisRequest request, RepositoryConfiguration configuration)
{
    private const string ManifestPath = "/.cvmfspublished";

    private const string WhitelistPath = "/.cvmfswhitelist";

    /// <summary>Time for somebody to sign a whitelist anew.</summary>
    private static readonly TimeSpan SoonExpired = TimeSpan.FromDays(3);

    /// <summary>What clocks may differ by.</summary>
    private static readonly TimeSpan UsualSkew = TimeSpan.FromMinutes(5);

    /// <summary>What makes valid whitelists seem invalid: their time counts by the hour.</summary>
    private static readonly TimeSpan HarmfulSkew = TimeSpan.FromHours(1);

    private readonly List<Finding> findings = [];
    private AccessToken? token;

    /// <summary>Everything.</summary>
    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellation)
    {
        List<MasterPublicKey> keys = LoadKeys();
        try
        {
            token = configuration.TokenFile is { } file ? AccessToken.Read(file) : null;
            ProxySpec proxies = ProxySpec.Parse(configuration.HttpProxy, configuration.FallbackProxy);
            Proxy[] all = [.. proxies.Groups.SelectMany(group => group).Distinct()];
            (string? server, Proxy[] usable) = await CheckServersAsync(all, cancellation);
            if (server is not null && keys.Count > 0)
            {
                await CheckSignaturesAsync(server, usable, keys, cancellation);
            }

            return findings;
        }
        finally
        {
            foreach (MasterPublicKey key in keys)
            {
                key.Dispose();
            }
        }
    }

    private List<MasterPublicKey> LoadKeys()
    {
        List<MasterPublicKey> keys = [];
        foreach (string file in configuration.PublicKeyFiles)
        {
            try
            {
                keys.AddRange(MasterPublicKey.Load(file));
            }
            catch (StratoException error)
            {
                findings.Add(Finding.Problem(configuration.Name, error.Message, "put the repository's .pub file there, or correct CVMFS_PUBLIC_KEY or CVMFS_KEYS_DIR"));
            }
        }

        if (keys.Count > 0)
        {
            findings.Add(Finding.Ok(configuration.Name, $"{keys.Count} public key{(keys.Count == 1 ? "" : "s")} can be read"));
        }

        return keys;
    }

    /// <summary>Looks at every server through every proxy; answers a server that has the repository, and the proxies that lead there.</summary>
    private async Task<(string? Server, Proxy[] Usable)> CheckServersAsync(Proxy[] proxies, CancellationToken cancellation)
    {
        string[] servers = [.. configuration.ServerUrls.Select(server => server.TrimEnd('/'))];
        ProbeAnswer[][] answers = await Task.WhenAll(servers.Select(server => Task.WhenAll(proxies.Select(proxy => ProbeAsync(server, proxy, cancellation)))));
        bool[] isGood = [.. answers.Select(ofServer => ofServer.Any(answer => answer.Body is not null))];
        for (int i = 0; i < servers.Length; i++)
        {
            ProbeAnswer best = answers[i].OrderBy(answer => answer.Body is null).ThenBy(answer => answer.Time).First();
            findings.Add(best.Body is not null
                ? Finding.Ok(configuration.Name, string.Create(CultureInfo.InvariantCulture, $"{servers[i]} answers within {best.Time.TotalMilliseconds:F0} ms"))
                : Trouble(isGood.Any(good => good), $"{servers[i]}: {best.Problem}", "check CVMFS_SERVER_URL, this machine's DNS and firewall, and whether the server runs"));
        }

        bool[] works = [.. proxies.Select((_, index) => answers.Any(ofServer => ofServer[index].Body is not null))];
        for (int i = 0; i < proxies.Length; i++)
        {
            if (!proxies[i].IsDirect && isGood.Any(good => good))
            {
                string problem = answers[Array.IndexOf(isGood, true)][i].Problem ?? "";
                findings.Add(works[i]
                    ? Finding.Ok(configuration.Name, $"the proxy {proxies[i]} can be used")
                    : Finding.Warning(configuration.Name, $"the proxy {proxies[i]} cannot be used: {problem}", "check CVMFS_HTTP_PROXY, and whether the proxy runs and lets this machine through"));
            }
        }

        CheckClock([.. answers.SelectMany(ofServer => ofServer).Select(answer => answer.Skew).OfType<TimeSpan>()]);
        int first = Array.IndexOf(isGood, true);
        return first < 0 ? (null, []) : (servers[first], [.. proxies.Where((_, index) => answers[first][index].Body is not null)]);
    }

    /// <summary>Half of all answers is believed: a single server's clock may be the wrong one.</summary>
    private void CheckClock(IReadOnlyList<TimeSpan> skews)
    {
        if (skews.Count == 0)
        {
            return;
        }

        TimeSpan middle = skews.Order().ElementAt(skews.Count / 2);
        if (middle.Duration() > UsualSkew)
        {
            string what = string.Create(CultureInfo.InvariantCulture, $"this machine's clock is {middle.Duration().TotalMinutes:F0} minutes {(middle > TimeSpan.Zero ? "behind" : "ahead of")} the servers'");
            findings.Add(new Finding(
                middle.Duration() > HarmfulSkew ? FindingLevel.Problem : FindingLevel.Warning, configuration.Name, what, "have the clock set (chrony, systemd-timesyncd): whitelists are valid by it"));
        }
    }

    private async Task CheckSignaturesAsync(string server, Proxy[] proxies, List<MasterPublicKey> keys, CancellationToken cancellation)
    {
        (byte[]? manifest, string? noManifest) = await FetchAsync(server + ManifestPath, proxies, cancellation);
        (byte[]? whitelist, string? noWhitelist) = await FetchAsync(server + WhitelistPath, proxies, cancellation);
        string? unreadable = null;
        Manifest? parsed = null;
        if (manifest is null || whitelist is null || !Manifest.TryParse(manifest, out parsed, out unreadable) || parsed.Certificate is not { } hash)
        {
            string problem = noManifest ?? noWhitelist ?? (unreadable is null ? "the manifest names no certificate" : $"the manifest cannot be read: {unreadable}");
            findings.Add(Finding.Problem(configuration.Name, $"{server}: {problem}", "check that this is the address of the repository, or ask who runs the server"));
            return;
        }

        (byte[]? certificate, string? noCertificate) = await FetchAsync($"{server}/{new ObjectName(hash, ObjectKind.Certificate).StoragePath}", proxies, cancellation);
        if (certificate is null)
        {
            findings.Add(Finding.Problem(configuration.Name, $"{server} has no certificate: {noCertificate}", "ask who runs the server"));
            return;
        }

        DateTimeOffset now = request.Clock.GetUtcNow();
        TrustRequest trust = new()
        {
            Manifest = manifest,
            Whitelist = whitelist,
            CertificateObject = certificate,
            MasterKeys = keys,
            RepositoryName = configuration.Name,
            Now = now,
        };
        if (!TrustChain.TryVerify(trust, out TrustedManifest? trusted, out TrustFailure? failure))
        {
            findings.Add(Finding.Problem(configuration.Name, failure.Message, "see whether the key and the server belong to this repository, and whether this machine's clock is right"));
            return;
        }

        double days = (new DateTimeOffset(DateTime.SpecifyKind(trusted.Whitelist.Expires, DateTimeKind.Utc)) - now).TotalDays;
        string left = string.Create(CultureInfo.InvariantCulture, $"revision {trusted.Manifest.Revision} is signed, its whitelist is valid for {days:F0} days");
        findings.Add(days < SoonExpired.TotalDays
            ? Finding.Warning(configuration.Name, left, "have the repository's publisher sign it anew (strato resign)")
            : Finding.Ok(configuration.Name, left));
    }

    private async Task<(byte[]? Bytes, string? Problem)> FetchAsync(string url, Proxy[] proxies, CancellationToken cancellation)
    {
        string? problem = null;
        foreach (Proxy proxy in proxies)
        {
            using ServerProbe probe = new(request, proxy, configuration.FollowRedirects, token);
            ProbeAnswer answer = await probe.GetAsync(url, cancellation);
            if (answer.Body is not null)
            {
                return (answer.Body, null);
            }

            problem = $"{url}: {answer.Problem}";
        }

        return (null, problem);
    }

    private async Task<ProbeAnswer> ProbeAsync(string server, Proxy proxy, CancellationToken cancellation)
    {
        using ServerProbe probe = new(request, proxy, configuration.FollowRedirects, token);
        return await probe.GetAsync(server + ManifestPath, cancellation);
    }

    private Finding Trouble(bool othersWork, string what, string remedy) =>
        othersWork ? Finding.Warning(configuration.Name, what, remedy) : Finding.Problem(configuration.Name, what, remedy);
}
