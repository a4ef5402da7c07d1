using System.Runtime.InteropServices;

namespace Strato.Core.Native;

/// <summary>A library of the system that this program calls.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Package">The Debian package that has it.</param>
/// <param name="IsPresent">Whether it can be loaded on this machine.</param>
public sealed record SystemLibrary(string Name, string Package, bool IsPresent)
{
    /// <summary>Looks for all of them.</summary>
    public static IReadOnlyList<SystemLibrary> FindAll() =>
    [
        new("libz.so.1", "zlib1g", NativeLibraries.IsPresent(NativeLibraries.Zlib)),
        new("libdeflate.so.0", "libdeflate0", NativeLibraries.IsPresent(NativeLibraries.Deflate)),
        new("libcrypto.so.3", "libssl3", NativeLibraries.IsPresent(NativeLibraries.Crypto)),
        new("libsqlite3.so.0", "libsqlite3-0", NativeLibrary.TryLoad("libsqlite3.so.0", out _)),
    ];
}
