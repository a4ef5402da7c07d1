namespace Strato.Client.Reading;

/// <summary>What an <see cref="OpenFileRecord"/> holds. Part of the mapped file: values never change meaning.</summary>
internal enum OpenFileState : uint
{
    Free = 0,

    /// <summary>A file that is stored as one object, or is empty.</summary>
    Whole = 1,

    /// <summary>A file that is stored as chunks.</summary>
    Chunked = 2,
}
