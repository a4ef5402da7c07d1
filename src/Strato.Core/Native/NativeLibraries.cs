using System.Reflection;
using System.Runtime.InteropServices;

namespace Strato.Core.Native;

/// <summary>
/// Finds the system libraries that this assembly calls. They are the distribution's own, so that its security fixes apply;
/// names carry the ABI version because the development links (<c>libz.so</c>) are absent on most machines.
/// </summary>
internal static class NativeLibraries
{
    public const string Crypto = "libcrypto";
    public const string Zlib = "libz";
    public const string Deflate = "libdeflate";

    private static readonly Lock Gate = new();
    private static bool IsRegistered;

    /// <summary>Called by the static constructor of every class of imports; the runtime takes one resolver an assembly.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (!IsRegistered)
            {
                NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
                IsRegistered = true;
            }
        }
    }

    /// <summary>True where the library can be loaded on this machine.</summary>
    public static bool IsPresent(string library) => Resolve(library, typeof(NativeLibraries).Assembly, null) != 0;

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? searchPath)
    {
        ReadOnlySpan<string> names = library switch
        {
            Crypto => ["libcrypto.so.3", "libcrypto.so.1.1"],
            Zlib => ["libz.so.1"],
            Deflate => ["libdeflate.so.0"],
            _ => default,
        };
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
