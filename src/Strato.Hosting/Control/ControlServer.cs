using System.Net.Sockets;

namespace Strato.Hosting.Control;

/// <summary>
/// A daemon's control socket: takes one request from each connection and answers it. Who may connect is who may write to
/// the socket's file, which is its owner alone. Disposing it removes the file.
/// </summary>
public sealed class ControlServer : IAsyncDisposable
{
    // All pods of a node may start at once, and where this many wait a further one is turned away.
    private const int Backlog = 1024;

    private static readonly TimeSpan Delivery = TimeSpan.FromSeconds(10);

    private readonly Socket listener;
    private readonly string path;
    private readonly Func<ControlRequest, CancellationToken, Task<ControlReply>> handle;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;

    private ControlServer(Socket listener, string path, Func<ControlRequest, CancellationToken, Task<ControlReply>> handle)
    {
        this.listener = listener;
        this.path = path;
        this.handle = handle;
        accepting = AcceptAsync();
    }

    /// <summary>Listens at a path in a directory that exists; a socket that a dead daemon left there is replaced.</summary>
    /// <param name="path">The socket's file.</param>
    /// <param name="handle">Answers requests, several at once. What it throws becomes a failure with the exception's message.</param>
    /// <exception cref="IOException">The socket cannot be made.</exception>
    public static ControlServer Start(string path, Func<ControlRequest, CancellationToken, Task<ControlReply>> handle)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(path);
            using ControlEndPoint endPoint = ControlEndPoint.Of(path);
            socket.Bind(endPoint.Address);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(Backlog);
            return new ControlServer(socket, path, handle);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new IOException($"cannot listen at the control socket {path}: {error.Message}", error);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Stops listening, ends what is being answered, and removes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await accepting;
        listener.Dispose();
        stopping.Dispose();
        File.Delete(path);
    }

    private async Task AcceptAsync()
    {
        HashSet<Task> serving = [];
        try
        {
            while (true)
            {
                Socket connection = await listener.AcceptAsync(stopping.Token);
                serving.RemoveWhere(task => task.IsCompleted);
                serving.Add(ServeAsync(connection));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        await Task.Yield();
        using NetworkStream stream = new(connection, ownsSocket: true);
        try
        {
            ControlRequest request = await ControlFrame.ReadAsync(stream, ControlJson.Default.ControlRequest, stopping.Token);
            ControlReply reply = await AnswerAsync(request);

            // An answer that is there is delivered, also that to the command that ends this server, unless nobody takes it.
            await ControlFrame.WriteAsync(stream, reply, ControlJson.Default.ControlReply, CancellationToken.None).WaitAsync(Delivery);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or TimeoutException)
        {
            // The peer went away or does not speak the protocol: it gets no answer and sees the connection end.
        }
    }

    private async Task<ControlReply> AnswerAsync(ControlRequest request)
    {
        try
        {
            return await handle(request, stopping.Token);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return ControlReply.Failure(error.Message);
        }
    }
}
