using System.Runtime.InteropServices;

namespace Strato.Posix.Native;

/// <summary>The C library's calls on processes, memory, sockets and mounts.</summary>
internal static unsafe partial class LibCProcess
{
    [LibraryImport(LibC.Library, EntryPoint = "mmap", SetLastError = true)]
    internal static partial void* MMap(void* address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport(LibC.Library, EntryPoint = "munmap", SetLastError = true)]
    internal static partial int MUnmap(void* address, nuint length);

    [LibraryImport(LibC.Library, EntryPoint = "mlock", SetLastError = true)]
    internal static partial int MLock(void* address, nuint length);

    [LibraryImport(LibC.Library, EntryPoint = "msync", SetLastError = true)]
    internal static partial int MSync(void* address, nuint length, int flags);

    [LibraryImport(LibC.Library, EntryPoint = "madvise", SetLastError = true)]
    internal static partial int MAdvise(void* address, nuint length, int advice);

    [LibraryImport(LibC.Library, EntryPoint = "mallopt")]
    internal static partial int MallOpt(int parameter, int value);

    [LibraryImport(LibC.Library, EntryPoint = "munlock", SetLastError = true)]
    internal static partial int MUnlock(void* address, nuint length);

    [LibraryImport(LibC.Library, EntryPoint = "memfd_create", SetLastError = true)]
    internal static partial int MemFdCreate(byte* name, uint flags);

    [LibraryImport(LibC.Library, EntryPoint = "socketpair", SetLastError = true)]
    internal static partial int SocketPair(int domain, int type, int protocol, int* descriptors);

    [LibraryImport(LibC.Library, EntryPoint = "sendmsg", SetLastError = true)]
    internal static partial nint SendMsg(int socket, MessageHeader* message, int flags);

    [LibraryImport(LibC.Library, EntryPoint = "recvmsg", SetLastError = true)]
    internal static partial nint RecvMsg(int socket, MessageHeader* message, int flags);

    [LibraryImport(LibC.Library, EntryPoint = "mount", SetLastError = true)]
    internal static partial int Mount(byte* source, byte* target, byte* type, nuint flags, byte* data);

    [LibraryImport(LibC.Library, EntryPoint = "umount2", SetLastError = true)]
    internal static partial int Umount2(byte* target, int flags);

    [LibraryImport(LibC.Library, EntryPoint = "unshare", SetLastError = true)]
    internal static partial int Unshare(int flags);

    [LibraryImport(LibC.Library, EntryPoint = "getuid")]
    internal static partial uint GetUid();

    [LibraryImport(LibC.Library, EntryPoint = "geteuid")]
    internal static partial uint GetEUid();

    [LibraryImport(LibC.Library, EntryPoint = "getgid")]
    internal static partial uint GetGid();

    [LibraryImport(LibC.Library, EntryPoint = "getegid")]
    internal static partial uint GetEGid();

    [LibraryImport(LibC.Library, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int process, int signal);

    [LibraryImport(LibC.Library, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport(LibC.Library, EntryPoint = "prctl", SetLastError = true)]
    internal static partial int PrCtl(int option, nuint arg2, nuint arg3, nuint arg4, nuint arg5);

    [LibraryImport(LibC.Library, EntryPoint = "setsid", SetLastError = true)]
    internal static partial int SetSid();

    [LibraryImport(LibC.Library, EntryPoint = "dup2", SetLastError = true)]
    internal static partial int Dup2(int descriptor, int target);

    [LibraryImport(LibC.Library, EntryPoint = "umask")]
    internal static partial uint UMask(uint mask);

    [LibraryImport(LibC.Library, EntryPoint = "pipe2", SetLastError = true)]
    internal static partial int Pipe2(int* descriptors, int flags);

    [LibraryImport(LibC.Library, EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitPid(int process, int* status, int options);

    [LibraryImport(LibC.Library, EntryPoint = "signal", SetLastError = true)]
    internal static partial nint SetSignalHandler(int signal, nint handler);

    [LibraryImport(LibC.Library, EntryPoint = "chdir", SetLastError = true)]
    internal static partial int ChDir(byte* path);

    // For calls that C libraries before 2022 have no function for.
    [LibraryImport(LibC.Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SysCall(nint number, nint arg1, nint arg2, nint arg3, nint arg4);

    [LibraryImport(LibC.Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SysCall(nint number, nint arg1, nint arg2, nint arg3, nint arg4, nint arg5);

    // The posix_spawn family answers the error number itself and leaves errno alone.
    [LibraryImport(LibC.Library, EntryPoint = "posix_spawnp")]
    internal static partial int PosixSpawn(int* process, byte* file, void* fileActions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(LibC.Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int FileActionsInit(void* fileActions);

    [LibraryImport(LibC.Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int FileActionsAddDup2(void* fileActions, int descriptor, int target);

    [LibraryImport(LibC.Library, EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    internal static partial int FileActionsAddChDir(void* fileActions, byte* path);

    [LibraryImport(LibC.Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int FileActionsDestroy(void* fileActions);

    [LibraryImport(LibC.Library, EntryPoint = "posix_spawnattr_init")]
    internal static partial int SpawnAttributesInit(void* attributes);

    [LibraryImport(LibC.Library, EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int SpawnAttributesSetFlags(void* attributes, short flags);

    [LibraryImport(LibC.Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int SpawnAttributesSetDefaultSignals(void* attributes, void* signalSet);

    [LibraryImport(LibC.Library, EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int SpawnAttributesDestroy(void* attributes);

    [LibraryImport(LibC.Library, EntryPoint = "sigfillset")]
    internal static partial int FillSignalSet(void* signalSet);
}
