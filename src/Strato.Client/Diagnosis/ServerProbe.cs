using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Strato.Core.Configuration;
using Strato.Core.Paths;
using Strato.Storage.Http;

namespace Strato.Client.Diagnosis;

/// <summary>
/// Fetches something small from one server through one proxy, once, and says what is in the way. Fetching for real tries other servers and proxies; here each
/// is looked at by itself.
/// </summary>
internal sealed class ServerProbe : IDisposable
{
    /// <summary>Manifests, whitelists and certificates are a few kilobytes.</summary>
    private const int MaxLength = 1 << 20;

    private readonly DiagnosisRequest request;
    private readonly HttpMessageInvoker invoker;
    private readonly Proxy proxy;
    private readonly AccessToken? token;

    public ServerProbe(DiagnosisRequest request, Proxy proxy, bool followsRedirects, AccessToken? token)
    {
        this.request = request;
        this.proxy = proxy;
        this.token = token;
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = followsRedirects,
            MaxAutomaticRedirections = 4,
            ConnectTimeout = request.Patience,
            UseCookies = false,
            UseProxy = !proxy.IsDirect,
            ActivityHeadersPropagator = null,
        };
        if (proxy.Address is { } address)
        {
            string[] account = address.UserInfo.Split(':', 2);
            handler.Proxy = new WebProxy(address)
            {
                Credentials = account[0].Length == 0 ? null : new NetworkCredential(Uri.UnescapeDataString(account[0]), Uri.UnescapeDataString(account.ElementAtOrDefault(1) ?? "")),
            };
        }

        invoker = new HttpMessageInvoker(handler);
    }

    /// <summary>Fetches; an answer comes within the patience of the request.</summary>
    public async Task<ProbeAnswer> GetAsync(string url, CancellationToken cancellation)
    {
        long started = request.Clock.GetTimestamp();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(request.Patience);
        try
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address))
            {
                return Failed("not an address");
            }

            if (address.IsFile)
            {
                return new ProbeAnswer(await File.ReadAllBytesAsync(address.LocalPath, limit.Token), null, null, Elapsed());
            }

            // By itself, because a name that has no address is another trouble than a server that does not answer.
            await Dns.GetHostAddressesAsync((proxy.Address ?? address).DnsSafeHost, limit.Token).WaitAsync(limit.Token);
            using HttpRequestMessage message = new(HttpMethod.Get, address);
            message.Headers.TryAddWithoutValidation("User-Agent", "strato-doctor");
            message.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token.Text);
            using HttpResponseMessage response = await invoker.SendAsync(message, limit.Token);
            TimeSpan? skew = response.Headers.Date - request.Clock.GetUtcNow();
            if (!response.IsSuccessStatusCode)
            {
                return new ProbeAnswer(null, $"it answers {(int)response.StatusCode} {BytesText.Escape(System.Text.Encoding.UTF8.GetBytes(response.ReasonPhrase ?? ""))}", skew, Elapsed());
            }

            MemorySink sink = new(MaxLength);
            sink.Begin();
            byte[] buffer = new byte[16 * 1024];
            await using Stream body = await response.Content.ReadAsStreamAsync(limit.Token);
            while (await body.ReadAsync(buffer, limit.Token) is > 0 and int count)
            {
                if (sink.Write(buffer.AsSpan(0, count)) is { } wrong)
                {
                    return new ProbeAnswer(null, wrong, skew, Elapsed());
                }
            }

            return new ProbeAnswer(sink.Bytes.ToArray(), null, skew, Elapsed());
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed($"no answer within {request.Patience.TotalSeconds:0.#} seconds");
        }
        catch (SocketException error)
        {
            return Failed($"the name {(proxy.Address ?? new Uri(url)).DnsSafeHost} has no address: {error.Message}");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            return Failed(error.GetBaseException().Message.ReplaceLineEndings(" "));
        }

        ProbeAnswer Failed(string problem) => new(null, problem, null, Elapsed());

        TimeSpan Elapsed() => request.Clock.GetElapsedTime(started);
    }

    public void Dispose() => invoker.Dispose();
}
