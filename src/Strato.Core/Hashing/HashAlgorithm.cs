namespace Strato.Core.Hashing;

/// <summary>
/// The content hashes of the CernVM-FS format. Each yields 20 bytes; SHAKE-128 is truncated to that length.
/// The value is the one that catalogs keep in bits 8 to 10 of <c>flags</c> (schema 2.5).
/// </summary>
public enum HashAlgorithm : byte
{
    /// <summary>SHA-1; its hexadecimal text carries no suffix.</summary>
    Sha1 = 0,

    /// <summary>RIPEMD-160; its hexadecimal text ends in <c>-rmd160</c>.</summary>
    Rmd160 = 1,

    /// <summary>SHAKE-128 with 160 bits of output; its hexadecimal text ends in <c>-shake128</c>.</summary>
    Shake128 = 2,
}
