namespace Strato.Testing.Fuse;

/// <summary>Lets every user open /dev/fuse, as udev does on most machines, until the last of these is disposed. Needs root.</summary>
public sealed class OpenedDevice : IDisposable
{
    private const string Device = "/dev/fuse";
    private const UnixFileMode OpenToAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private static readonly Lock Gate = new();
    private static int users;
    private static UnixFileMode before;

    public OpenedDevice()
    {
        lock (Gate)
        {
            if (users++ == 0)
            {
                before = File.GetUnixFileMode(Device);
                File.SetUnixFileMode(Device, OpenToAll);
            }
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (--users == 0)
            {
                File.SetUnixFileMode(Device, before);
            }
        }
    }
}
