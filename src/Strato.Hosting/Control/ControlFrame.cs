using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Strato.Hosting.Control;

/// <summary>The frames of the control protocol: the length of the JSON text in bytes as 32 bits, little-endian, and the text.</summary>
internal static class ControlFrame
{
    /// <summary>The longest text that is read.</summary>
    public const int MaxLength = 16 << 20;

    public static async Task WriteAsync<T>(Stream stream, T message, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(message, type);
        byte[] frame = new byte[sizeof(int) + text.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, text.Length);
        text.CopyTo(frame, sizeof(int));
        await stream.WriteAsync(frame, cancellation);
    }

    /// <summary>Reads one frame. Throws <see cref="IOException"/> where the peer goes early or does not speak this protocol.</summary>
    public static async Task<T> ReadAsync<T>(Stream stream, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        byte[] head = new byte[sizeof(int)];
        await stream.ReadExactlyAsync(head, cancellation);
        int length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is <= 0 or > MaxLength)
        {
            throw new IOException($"a control message of {length} bytes is not one");
        }

        byte[] text = new byte[length];
        await stream.ReadExactlyAsync(text, cancellation);
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw new IOException("a control message is empty");
        }
        catch (JsonException error)
        {
            throw new IOException("a control message cannot be read", error);
        }
    }
}
