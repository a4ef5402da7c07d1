using System.Runtime.InteropServices;

namespace Strato.Posix.Native;

/// <summary>The C library's extended attribute calls.</summary>
internal static unsafe partial class LibCXattr
{
    [LibraryImport(LibC.Library, EntryPoint = "lgetxattr", SetLastError = true)]
    internal static partial nint LGet(byte* path, byte* name, void* value, nuint size);

    [LibraryImport(LibC.Library, EntryPoint = "fgetxattr", SetLastError = true)]
    internal static partial nint FGet(int descriptor, byte* name, void* value, nuint size);

    [LibraryImport(LibC.Library, EntryPoint = "llistxattr", SetLastError = true)]
    internal static partial nint LList(byte* path, void* list, nuint size);

    [LibraryImport(LibC.Library, EntryPoint = "flistxattr", SetLastError = true)]
    internal static partial nint FList(int descriptor, void* list, nuint size);

    [LibraryImport(LibC.Library, EntryPoint = "lsetxattr", SetLastError = true)]
    internal static partial int LSet(byte* path, byte* name, void* value, nuint size, int flags);

    [LibraryImport(LibC.Library, EntryPoint = "fsetxattr", SetLastError = true)]
    internal static partial int FSet(int descriptor, byte* name, void* value, nuint size, int flags);
}
