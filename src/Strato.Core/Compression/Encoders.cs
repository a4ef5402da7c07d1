namespace Strato.Core.Compression;

/// <summary>Makes encoders.</summary>
public static class Encoders
{
    /// <summary>An encoder for the publisher's choice; the caller disposes it.</summary>
    /// <exception cref="StratoException">zlib-fast is asked for where libdeflate is not installed.</exception>
    public static IEncoder Create(ObjectEncoding encoding) => encoding switch
    {
        ObjectEncoding.Zlib => new ZlibEncoder(),
        ObjectEncoding.ZlibFast => new ZlibFastEncoder(),
        ObjectEncoding.None => new PlainEncoder(),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "not an encoding"),
    };
}
