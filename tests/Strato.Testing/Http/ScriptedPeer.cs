using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Strato.Testing.Http;

/// <summary>
/// An HTTP/1.1 server on loopback that misbehaves exactly as a test tells it to, byte for byte: it closes early, lies about lengths,
/// drips, hangs, resets, redirects. The same peer serves as a proxy. Connections are kept open between honest answers.
/// </summary>
public sealed class ScriptedPeer : IAsyncDisposable
{
    private readonly Socket listener;
    private readonly Func<PeerRequest, PeerReply> script;
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentDictionary<Socket, Task> connections = new();
    private readonly ConcurrentQueue<PeerRequest> requests = new();
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly Task accepting;
    private int accepted;

    /// <summary>Starts listening; <paramref name="script"/> is asked at every request, from any thread.</summary>
    public ScriptedPeer(Func<PeerRequest, PeerReply> script)
    {
        this.script = script;
        listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(128);
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    /// <summary>Every request so far, in order of arrival.</summary>
    public IReadOnlyCollection<PeerRequest> Requests => requests;

    /// <summary>How many connections were made.</summary>
    public int Connections => Volatile.Read(ref accepted);

    /// <summary>How many requests for a path came in.</summary>
    public int CountOf(string path) => counts.GetValueOrDefault(path);

    /// <summary>A script that serves a directory's files below a prefix honestly; unknown ones are 404.</summary>
    public static Func<PeerRequest, PeerReply> Directory(string prefix, string root) => request =>
    {
        string file = Path.Join(root, Uri.UnescapeDataString(request.Path.StartsWith(prefix, StringComparison.Ordinal) ? request.Path[prefix.Length..] : "/?"));
        return File.Exists(file) ? PeerReply.Ok(File.ReadAllBytes(file)) : PeerReply.NotFound;
    };

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Dispose();
        foreach (Socket connection in connections.Keys)
        {
            connection.Dispose();
        }

        await accepting;
        await Task.WhenAll(connections.Values);
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!closing.IsCancellationRequested)
        {
            Socket connection;
            try
            {
                connection = await listener.AcceptAsync(closing.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref accepted);
            connection.NoDelay = true;
            connections[connection] = Task.Run(() => ServeAsync(connection));
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        using (connection)
        {
            try
            {
                await using NetworkStream stream = new(connection);
                while (await ReadRequestAsync(stream) is { } request)
                {
                    requests.Enqueue(request);
                    if (!await AnswerAsync(stream, connection, script(request), request.Method == "HEAD"))
                    {
                        return;
                    }
                }
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task<PeerRequest?> ReadRequestAsync(NetworkStream stream)
    {
        List<byte> head = [];
        byte[] one = new byte[1];
        while (!EndsHead(head))
        {
            if (await stream.ReadAsync(one, closing.Token) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        string[] lines = Encoding.Latin1.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines[0].Split(' ');
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':');
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        PeerRequest request = new(first[0], first[1], headers, 0);
        return request with { Number = counts.AddOrUpdate(request.Path, 1, static (_, count) => count + 1) - 1 };
    }

    private async Task<bool> AnswerAsync(NetworkStream stream, Socket connection, PeerReply reply, bool headOnly)
    {
        if (reply.Hang)
        {
            await Task.Delay(Timeout.Infinite, closing.Token);
        }

        if (reply.Delay > TimeSpan.Zero)
        {
            await Task.Delay(reply.Delay, closing.Token);
        }

        if (reply.Raw is { } raw)
        {
            await stream.WriteAsync(raw, closing.Token);
            LingerNot(connection, reply);
            return false;
        }

        byte[] head = Head(reply);
        await SendAsync(stream, head, reply.DripsHead ? reply : reply with { DripBytes = null });
        while (reply.HasEndlessHead)
        {
            await stream.WriteAsync("X-Noise: and so on\r\n"u8.ToArray(), closing.Token);
        }

        int length = headOnly ? 0 : Math.Min(reply.CloseAfter ?? reply.Body.Length, reply.Body.Length);
        await SendAsync(stream, reply.Body.AsMemory(0, length), reply);
        byte[] zeros = new byte[reply.IsEndless ? 16384 : 0];
        while (reply.IsEndless)
        {
            await stream.WriteAsync(zeros, closing.Token);
        }

        LingerNot(connection, reply);
        return reply is { CloseAfter: null, Reset: false, ClaimedLength: null };
    }

    private static void LingerNot(Socket connection, PeerReply reply)
    {
        if (reply.Reset)
        {
            connection.LingerState = new LingerOption(enable: true, 0);
        }
    }

    private static byte[] Head(PeerReply reply)
    {
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} {(reply.Status < 300 ? "OK" : "Scripted")}\r\nContent-Type: {reply.ContentType}\r\n");
        if (!reply.IsEndless)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {reply.ClaimedLength ?? reply.Body.Length}\r\n");
        }

        foreach (string line in reply.Headers)
        {
            head.Append(line).Append("\r\n");
        }

        return Encoding.Latin1.GetBytes(head.Append(reply.HasEndlessHead ? "" : "\r\n").ToString());
    }

    private async Task SendAsync(NetworkStream stream, ReadOnlyMemory<byte> bytes, PeerReply pace)
    {
        int step = pace.DripBytes ?? Math.Max(bytes.Length, 1);
        for (int done = 0; done < bytes.Length; done += step)
        {
            if (done > 0)
            {
                await Task.Delay(pace.DripPause, closing.Token);
            }

            await stream.WriteAsync(bytes.Slice(done, Math.Min(step, bytes.Length - done)), closing.Token);
        }
    }

    private static bool EndsHead(List<byte> head) =>
        head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n';
}
