namespace Strato.Core.Hashing;

/// <summary>
/// What an object in the content-addressed store is. The value is the ASCII suffix that follows the hash in the
/// object's file name; <see cref="File"/> has none.
/// </summary>
public enum ObjectKind : byte
{
    /// <summary>The content of a whole file.</summary>
    File = 0,

    /// <summary>A file catalog (<c>C</c>).</summary>
    Catalog = (byte)'C',

    /// <summary>A history database with the named tags (<c>H</c>).</summary>
    History = (byte)'H',

    /// <summary>The X.509 certificate that signs the manifest (<c>X</c>).</summary>
    Certificate = (byte)'X',

    /// <summary>A repository's meta information in JSON (<c>M</c>).</summary>
    MetaInfo = (byte)'M',

    /// <summary>One chunk of a file (<c>P</c>, "partial").</summary>
    Chunk = (byte)'P',

    /// <summary>A micro catalog (<c>L</c>); reserved by the format, not written by anybody yet.</summary>
    MicroCatalog = (byte)'L',
}
