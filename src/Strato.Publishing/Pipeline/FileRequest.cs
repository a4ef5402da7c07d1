using Strato.Posix;

namespace Strato.Publishing.Pipeline;

/// <summary>A regular file that is to be read and stored.</summary>
internal abstract class FileRequest : ContentRequest
{
    protected FileRequest(FileStatus status) => Status = status;

    /// <summary>
    /// The file's attributes: those that the scan saw, then those that its content was read with, should it have changed in between.
    /// </summary>
    public FileStatus Status { get; set; }

    /// <summary>The path to open, as bytes.</summary>
    public abstract byte[] Path { get; }
}
