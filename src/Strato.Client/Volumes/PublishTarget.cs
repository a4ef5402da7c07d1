using System.Text;
using Strato.Posix;

namespace Strato.Client.Volumes;

/// <summary>
/// A directory that a volume is to be seen at. What is mounted there is asked of the mount table, never of the directory itself: a dead or hanging mount answers nobody.
/// </summary>
public sealed class PublishTarget
{
    private const int MaxLayers = 64;

    /// <summary>rwxr-x---</summary>
    private const uint Permissions = 0x1E8;

    private readonly string given;

    private PublishTarget(string given, byte[]? parent, byte[] name)
    {
        this.given = given;
        Canonical = parent is null ? null : [.. parent.AsSpan().SequenceEqual("/"u8) ? [] : parent, (byte)'/', .. name];
    }

    /// <summary>The path with no symbolic link before its last name; null where its directory does not exist.</summary>
    public byte[]? Canonical { get; }

    /// <summary>What is mounted there now; null for nothing.</summary>
    public MountEntry? Mounted => Canonical is null ? null : MountTable.Find(Canonical);

    /// <summary>Reads a path of a request.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="field">Its name in the request.</param>
    /// <param name="makesParent">Whether the directory that it lies in is made where it is missing.</param>
    public static PublishTarget Parse(string path, string field, bool makesParent)
    {
        string trimmed = path.TrimEnd('/');
        if (path.Length is 0 or > 4095 || path[0] != '/' || trimmed.Length == 0 || path.Contains('\0') || path.Split('/').Contains(".."))
        {
            throw VolumeFailure.Invalid(path.Length == 0 ? $"{field} is missing" : $"{field} is '{VolumeAttributes.Printable(path)}': it must be an absolute path without '..'");
        }

        string parent = Path.GetDirectoryName(trimmed) ?? "/";
        if (makesParent)
        {
            Directory.CreateDirectory(parent);
        }

        Errno errno = PosixPath.Resolve(Encoding.UTF8.GetBytes(parent), out byte[] canonical);
        byte[]? known = errno switch
        {
            Errno.None => canonical,
            Errno.ENOENT or Errno.ENOTDIR => null,
            _ => throw new VolumeFailure(VolumeFailureKind.Internal, $"cannot look at {VolumeAttributes.Printable(parent)}: {errno.Describe()}"),
        };
        return new PublishTarget(trimmed, known, Encoding.UTF8.GetBytes(Path.GetFileName(trimmed)));
    }

    /// <summary>Bind-mounts a directory here, read-only. Gives false where that has been done before.</summary>
    /// <param name="place">The directory.</param>
    /// <param name="root">How the mount table names it.</param>
    /// <param name="find">Finds the mount that it lies in.</param>
    /// <param name="attributes">Restrictions besides the usual ones.</param>
    public bool Mount(FileDescriptor place, byte[] root, Func<MountEntry> find, MountAttributes attributes)
    {
        Errno errno = PosixPath.MakeDirectory(null, Canonical!, Permissions);
        if (errno is not Errno.None and not Errno.EEXIST)
        {
            throw new VolumeFailure(errno == Errno.ENOSPC ? VolumeFailureKind.ResourceExhausted : VolumeFailureKind.Internal, $"cannot make {Shown}: {errno.Describe()}");
        }

        // On a directory that was just made nothing is mounted: the table, of as many lines as there are pods, is not read.
        while (errno == Errno.EEXIST && Mounted is { } mounted)
        {
            MountEntry whole = find();
            bool isOfThisMount = mounted.Major == whole.Major && mounted.Minor == whole.Minor;
            if (isOfThisMount && mounted.Root.AsSpan().SequenceEqual(root))
            {
                return false;
            }

            if (isOfThisMount || mounted.Type != whole.Type)
            {
                throw new VolumeFailure(VolumeFailureKind.AlreadyExists, $"something else is mounted at {Shown} already: stop what uses it, so that it is unpublished first");
            }

            // It is of a mount that was there before and has ended, as after a lost holder.
            Mounts.Unmount(Canonical!, UnmountFlags.Detach | UnmountFlags.NoFollow).ThrowIfFailed("unmount", Canonical!);
        }

        errno = PosixFile.Open(null, Canonical!, OpenFlags.Path | OpenFlags.Directory | OpenFlags.NoFollow, out FileDescriptor? target);
        if (errno is Errno.ENOTDIR or Errno.ELOOP)
        {
            throw new VolumeFailure(VolumeFailureKind.FailedPrecondition, $"{Shown} is a symbolic link or a file, and nothing is mounted through those: remove it and make a directory");
        }

        errno.ThrowIfFailed("open", Canonical!);
        using (target)
        {
            DetachedMounts.Clone(place, out FileDescriptor? mount).ThrowIfFailed("copy the mount of", root);
            using (mount)
            {
                DetachedMounts.Restrict(mount!, attributes | MountAttributes.ReadOnly | MountAttributes.NoSetUserId | MountAttributes.NoDevices).ThrowIfFailed("restrict the mount for", Canonical!);
                DetachedMounts.Attach(mount!, target!).ThrowIfFailed("mount on", Canonical!);
            }
        }

        return true;
    }

    /// <summary>
    /// Takes away what is mounted here, in use or not, and the directory. Gives the roots that were mounted.
    /// </summary>
    public IReadOnlyList<MountEntry> Unmount()
    {
        List<MountEntry> gone = [];
        while (Mounted is { } mounted)
        {
            if (mounted.Type != "fuse.strato" || gone.Count == MaxLayers)
            {
                throw new VolumeFailure(VolumeFailureKind.FailedPrecondition, $"what is mounted at {Shown} ({mounted.Type}) is not this driver's: see who mounted it, and unmount it by hand");
            }

            Mounts.Unmount(Canonical!, UnmountFlags.Detach | UnmountFlags.NoFollow).ThrowIfFailed("unmount", Canonical!);
            gone.Add(mounted);
        }

        Errno errno = Canonical is null ? Errno.ENOENT : PosixPath.RemoveDirectory(null, Canonical);
        return errno is Errno.None or Errno.ENOENT
            ? gone
            : throw new VolumeFailure(VolumeFailureKind.FailedPrecondition, $"cannot remove the directory {Shown}: {errno.Describe()}; see what lies there, and remove it by hand");
    }

    private string Shown => VolumeAttributes.Printable(given);
}
