using Strato.Fuse.Protocol;

namespace Strato.Fuse;

/// <summary>
/// What INIT settled, once for the life of the connection. Blittable and without references, so that it can be kept beside the descriptor for
/// a successor process, which gets no INIT.
/// </summary>
public readonly struct FuseNegotiation : IEquatable<FuseNegotiation>
{
    /// <summary>The protocol's minor version (the major one is 7) that both sides speak.</summary>
    public uint Minor { get; init; }

    /// <summary>Pages of 4096 bytes, or of the system's size, that one request's data may hold.</summary>
    public uint MaxPages { get; init; }

    /// <summary>Bytes that the kernel reads ahead.</summary>
    public uint MaxReadahead { get; init; }

    /// <summary>Bytes of one write request; the file system is read-only, so this only sizes the request buffers.</summary>
    public uint MaxWrite { get; init; }

    /// <summary>What both sides do.</summary>
    public FuseInitFlags Flags { get; init; }

    /// <summary>What the kernel offered, for diagnosis.</summary>
    public FuseInitFlags Offered { get; init; }

    public static bool operator ==(FuseNegotiation left, FuseNegotiation right) => left.Equals(right);

    public static bool operator !=(FuseNegotiation left, FuseNegotiation right) => !left.Equals(right);

    /// <summary>True where both sides agreed to all of these flags.</summary>
    public bool Has(FuseInitFlags flags) => (Flags & flags) == flags;

    public bool Equals(FuseNegotiation other) =>
        Minor == other.Minor && MaxPages == other.MaxPages && MaxReadahead == other.MaxReadahead && MaxWrite == other.MaxWrite
        && Flags == other.Flags && Offered == other.Offered;

    public override bool Equals(object? obj) => obj is FuseNegotiation other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Minor, MaxPages, MaxReadahead, MaxWrite, Flags, Offered);
}
