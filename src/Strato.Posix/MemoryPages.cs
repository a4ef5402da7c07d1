using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>Keeps pages of this process in memory (mlock). Locks do not nest.</summary>
public static unsafe class MemoryPages
{
    /// <summary>Locks the pages of a range; ENOMEM or EPERM where the process may not lock so much (RLIMIT_MEMLOCK).</summary>
    public static Errno Lock(void* start, nint length) => LibC.Check(LibCProcess.MLock(start, (nuint)length));

    /// <summary>Lets them go.</summary>
    public static Errno Unlock(void* start, nint length) => LibC.Check(LibCProcess.MUnlock(start, (nuint)length));
}
