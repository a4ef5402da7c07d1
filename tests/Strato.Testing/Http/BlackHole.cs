using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Strato.Testing.Http;

/// <summary>
/// An address on loopback at which connecting gets no answer: a listener that takes nobody, with its queue full, so that the kernel
/// drops whoever knocks.
/// </summary>
public sealed class BlackHole : IDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> queued = [];

    public BlackHole()
    {
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        for (int connection = 0; connection < 3; connection++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            queued.Add(socket);
            try
            {
                socket.Connect(listener.LocalEndPoint!);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
            {
                // It is under way, and stays so once the queue is full.
            }
        }
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}");

    public void Dispose()
    {
        queued.ForEach(socket => socket.Dispose());
        listener.Dispose();
    }
}
