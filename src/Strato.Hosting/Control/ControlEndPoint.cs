using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Strato.Hosting.Control;

/// <summary>
/// The address of a socket in a directory. A socket's path has at most 107 bytes, which a home deep in a file system exceeds; so the
/// directory is opened and the socket addressed through its descriptor.
/// </summary>
internal sealed partial class ControlEndPoint : IDisposable
{
    private readonly SafeFileHandle directory;

    private ControlEndPoint(SafeFileHandle directory, string name)
    {
        this.directory = directory;
        Address = new UnixDomainSocketEndPoint(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.DangerousGetHandle()}/{name}"));
    }

    /// <summary>The address, good until this object is disposed.</summary>
    public UnixDomainSocketEndPoint Address { get; }

    /// <summary>Opens the directory of <paramref name="path"/>. Throws <see cref="IOException"/> where that is not possible.</summary>
    public static ControlEndPoint Of(string path)
    {
        // O_PATH: searching the directory is enough. The base library opens no directories.
        const int byPathCloseOnExec = 0x20_0000 | 0x8_0000;
        string folder = Path.GetDirectoryName(path) ?? "/";
        SafeFileHandle opened = new(Open(folder, byPathCloseOnExec), ownsHandle: true);
        return opened.IsInvalid
            ? throw new IOException($"cannot open {folder} for its control socket: {Marshal.GetLastPInvokeErrorMessage()}")
            : new ControlEndPoint(opened, Path.GetFileName(path));
    }

    public void Dispose() => directory.Dispose();

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);
}
