using System.Net.Sockets;

namespace Strato.Hosting.Control;

/// <summary>Asks a daemon at its control socket.</summary>
public static class ControlClient
{
    /// <summary>Sends one request and waits for the answer, as long as it takes.</summary>
    /// <exception cref="IOException">Nobody listens there, or the connection ends before the answer.</exception>
    public static async Task<ControlReply> AskAsync(string path, ControlRequest request, CancellationToken cancellation)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            using ControlEndPoint endPoint = ControlEndPoint.Of(path);
            await socket.ConnectAsync(endPoint.Address, cancellation);
        }
        catch (SocketException error)
        {
            throw new IOException($"nobody answers at the control socket {path}: {error.Message}", error);
        }

        using NetworkStream stream = new(socket, ownsSocket: false);
        await ControlFrame.WriteAsync(stream, request, ControlJson.Default.ControlRequest, cancellation);
        return await ControlFrame.ReadAsync(stream, ControlJson.Default.ControlReply, cancellation);
    }
}
