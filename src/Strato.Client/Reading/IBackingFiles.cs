using Strato.Posix;

namespace Strato.Client.Reading;

/// <summary>The kernel's table of files that it reads by itself. Safe on all threads.</summary>
internal interface IBackingFiles
{
    /// <summary>Enters an open file; the number is never 0.</summary>
    Errno Open(int descriptor, out int backingId);

    /// <summary>Takes one out. Files that were opened with it go on.</summary>
    Errno Close(int backingId);
}
