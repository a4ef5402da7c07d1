using Microsoft.Win32.SafeHandles;
using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>
/// An open file description's number, closed once when disposed or collected. Calls in this project hold it open while they run, so a
/// concurrent <see cref="System.Runtime.InteropServices.SafeHandle.Dispose()"/> never makes them act on a number that was given out again.
/// </summary>
public sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    /// <summary>Takes over an open descriptor; where <paramref name="ownsHandle"/> is false it is only lent and never closed here.</summary>
    public FileDescriptor(int value, bool ownsHandle = true)
        : base(ownsHandle) => SetHandle(value);

    /// <summary>The number, good only while the caller knows that nobody disposes this object.</summary>
    public int Value => (int)handle;

    /// <summary>Hands the number to the base library (FileStream, RandomAccess), which closes it; this object is empty afterwards.</summary>
    public SafeFileHandle TransferToFileHandle()
    {
        SafeFileHandle file = new(handle, ownsHandle: true);
        SetHandleAsInvalid();
        return file;
    }

    // Linux frees the number whatever close(2) answers, EINTR and EIO included: it is never called twice. Who must know that data reached
    // the disk calls fsync.
    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
