namespace Strato.Commands;

/// <summary>What <c>strato info --json</c> prints. Times are UTC, sizes bytes.</summary>
internal sealed record InfoReport
{
    public required string Name { get; init; }

    public required ulong Revision { get; init; }

    /// <summary>When the manifest was signed.</summary>
    public required string Published { get; init; }

    public required string RootCatalog { get; init; }

    public required string Storage { get; init; }

    public required string Hash { get; init; }

    public required string Compression { get; init; }

    /// <summary>Seconds that clients keep a revision.</summary>
    public required int Ttl { get; init; }

    public required bool Volatile { get; init; }

    public required bool GarbageCollectable { get; init; }

    /// <summary>Null where the whitelist cannot be read.</summary>
    public required string? WhitelistExpires { get; init; }

    public required int Tags { get; init; }

    public required long Catalogs { get; init; }

    public required long Entries { get; init; }

    public required long RegularFiles { get; init; }

    public required long Directories { get; init; }

    public required long SymbolicLinks { get; init; }

    public required long SpecialFiles { get; init; }

    /// <summary>Plain bytes of all regular files.</summary>
    public required long FileSize { get; init; }
}
