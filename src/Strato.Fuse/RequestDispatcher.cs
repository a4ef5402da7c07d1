using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Fuse;

/// <summary>
/// Calls the file system's method for a request and lays its outputs out as the kernel wants them. Stateless: all workers share one. What a
/// read-only file system does not do is answered here: EROFS for changes, ENOSYS for services, which makes the kernel stop asking.
/// </summary>
internal sealed class RequestDispatcher(IFuseFileSystem fileSystem)
{
    /// <summary>Room that the payload of every request has at least: the kernel's limit of an extended attribute.</summary>
    public const int LeastPayload = ExtendedAttributes.MaxSize;

    private const int LinkTargetRoom = 4095;
    private const uint AccessModeMask = 3;

    /// <summary>The bytes of data that a request's caller has room for.</summary>
    public static uint RoomOf(FuseOpcode opcode, ReadOnlySpan<byte> body)
    {
        RequestArguments arguments = new(body);
        return opcode switch
        {
            FuseOpcode.Read or FuseOpcode.ReadDir or FuseOpcode.ReadDirPlus => arguments.Take<FuseReadIn>().Size,
            FuseOpcode.GetXattr or FuseOpcode.ListXattr => arguments.Take<FuseGetXattrIn>().Size,
            FuseOpcode.ReadLink => LinkTargetRoom,
            _ => 0,
        };
    }

    /// <summary>Serves a request that has a reply; the payload's first <paramref name="length"/> bytes are it where the status is success.</summary>
    public FuseStatus Dispatch(in FuseRequest request, ReadOnlySpan<byte> body, Span<byte> payload, out int length)
    {
        RequestArguments arguments = new(body);
        length = 0;
        switch (request.Opcode)
        {
            case FuseOpcode.Lookup:
                return Lookup(request, ref arguments, payload, out length);
            case FuseOpcode.GetAttr:
                return GetAttr(request, ref arguments, payload, out length);
            case FuseOpcode.Read:
                return Read(request, ref arguments, payload, out length);
            case FuseOpcode.Open:
            case FuseOpcode.OpenDir:
                return Open(request, ref arguments, payload, out length);
            case FuseOpcode.Release:
            case FuseOpcode.ReleaseDir:
                return Release(request, ref arguments);
            case FuseOpcode.ReadDir:
            case FuseOpcode.ReadDirPlus:
                return List(request, ref arguments, payload, out length);
            case FuseOpcode.ReadLink:
                FuseStatus status = fileSystem.ReadLink(request, payload[..LinkTargetRoom], out length);
                return Checked(status, length, LinkTargetRoom);
            case FuseOpcode.GetXattr:
            case FuseOpcode.ListXattr:
                return Xattr(request, ref arguments, payload, out length);
            case FuseOpcode.StatFs:
                ref FuseStatFsOut fileSystemStatus = ref Output<FuseStatFsOut>(payload, out length);
                return fileSystem.StatFs(request, ref fileSystemStatus);
            case FuseOpcode.Access:
                ref readonly FuseAccessIn access = ref arguments.Take<FuseAccessIn>();
                return arguments.IsMalformed ? Errno.EINVAL : fileSystem.Access(request, access);
            case FuseOpcode.Lseek:
                ref readonly FuseLseekIn seek = ref arguments.Take<FuseLseekIn>();
                ref FuseLseekOut found = ref Output<FuseLseekOut>(payload, out length);
                return arguments.IsMalformed ? Errno.EINVAL : fileSystem.Lseek(request, seek, ref found);
            default:
                return Unserved(request.Opcode);
        }
    }

    /// <summary>Serves FORGET and BATCH_FORGET, which have no reply.</summary>
    public void Forget(in FuseInHeader header, ReadOnlySpan<byte> body)
    {
        RequestArguments arguments = new(body);
        if (header.Opcode == FuseOpcode.Forget)
        {
            ulong lookups = arguments.Take<FuseForgetIn>().Lookups;
            if (!arguments.IsMalformed)
            {
                fileSystem.Forget(header.NodeId, lookups);
            }

            return;
        }

        foreach (ref readonly FuseForgetOne one in arguments.TakeMany<FuseForgetOne>(arguments.Take<FuseBatchForgetIn>().Count))
        {
            fileSystem.Forget(one.NodeId, one.Lookups);
        }
    }

    private static Errno Unserved(FuseOpcode opcode)
    {
        switch (opcode)
        {
            case FuseOpcode.SetAttr:
            case FuseOpcode.SymLink:
            case FuseOpcode.MkNod:
            case FuseOpcode.MkDir:
            case FuseOpcode.Unlink:
            case FuseOpcode.RmDir:
            case FuseOpcode.Rename:
            case FuseOpcode.Rename2:
            case FuseOpcode.Link:
            case FuseOpcode.Write:
            case FuseOpcode.Create:
            case FuseOpcode.TmpFile:
            case FuseOpcode.FAllocate:
            case FuseOpcode.CopyFileRange:
            case FuseOpcode.SetXattr:
            case FuseOpcode.RemoveXattr:
                return Errno.EROFS;
            default:
                return Errno.ENOSYS;
        }
    }

    private FuseStatus Lookup(in FuseRequest request, ref RequestArguments arguments, Span<byte> payload, out int length)
    {
        ReadOnlySpan<byte> name = arguments.TakeName();
        ref FuseEntryOut entry = ref Output<FuseEntryOut>(payload, out length);
        return arguments.IsMalformed ? Errno.EINVAL : fileSystem.Lookup(request, name, ref entry);
    }

    private FuseStatus GetAttr(in FuseRequest request, ref RequestArguments arguments, Span<byte> payload, out int length)
    {
        ref readonly FuseGetAttrIn get = ref arguments.Take<FuseGetAttrIn>();
        ref FuseAttrOut attributes = ref Output<FuseAttrOut>(payload, out length);
        return arguments.IsMalformed ? Errno.EINVAL : fileSystem.GetAttr(request, get, ref attributes);
    }

    private FuseStatus Open(in FuseRequest request, ref RequestArguments arguments, Span<byte> payload, out int length)
    {
        ref readonly FuseOpenIn open = ref arguments.Take<FuseOpenIn>();
        ref FuseOpenOut opened = ref Output<FuseOpenOut>(payload, out length);
        if (arguments.IsMalformed)
        {
            return Errno.EINVAL;
        }

        if (request.Opcode == FuseOpcode.OpenDir)
        {
            return fileSystem.OpenDir(request, open, ref opened);
        }

        return (open.Flags & AccessModeMask) != 0 ? Errno.EROFS : fileSystem.Open(request, open, ref opened);
    }

    private FuseStatus Release(in FuseRequest request, ref RequestArguments arguments)
    {
        ref readonly FuseReleaseIn release = ref arguments.Take<FuseReleaseIn>();
        if (arguments.IsMalformed)
        {
            return Errno.EINVAL;
        }

        if (request.Opcode == FuseOpcode.Release)
        {
            fileSystem.Release(request, release);
        }
        else
        {
            fileSystem.ReleaseDir(request, release);
        }

        return FuseStatus.Ok;
    }

    private FuseStatus Read(in FuseRequest request, ref RequestArguments arguments, Span<byte> payload, out int length)
    {
        length = 0;
        ref readonly FuseReadIn read = ref arguments.Take<FuseReadIn>();
        if (arguments.IsMalformed || read.Size > payload.Length || read.Offset > long.MaxValue)
        {
            return Errno.EINVAL;
        }

        FuseStatus status = fileSystem.Read(request, read, payload[..(int)read.Size], out length);
        return Checked(status, length, (int)read.Size);
    }

    private FuseStatus List(in FuseRequest request, ref RequestArguments arguments, Span<byte> payload, out int length)
    {
        length = 0;
        ref readonly FuseReadIn read = ref arguments.Take<FuseReadIn>();
        if (arguments.IsMalformed || read.Size > payload.Length)
        {
            return Errno.EINVAL;
        }

        FuseDirectoryWriter writer = new(payload[..(int)read.Size]);
        FuseStatus status = request.Opcode == FuseOpcode.ReadDirPlus
            ? fileSystem.ReadDirPlus(request, read, ref writer)
            : fileSystem.ReadDir(request, read, ref writer);
        length = writer.Written;
        return status;
    }

    private FuseStatus Xattr(in FuseRequest request, ref RequestArguments arguments, Span<byte> payload, out int length)
    {
        length = 0;
        uint size = arguments.Take<FuseGetXattrIn>().Size;
        ReadOnlySpan<byte> name = request.Opcode == FuseOpcode.GetXattr ? arguments.TakeName() : default;
        if (arguments.IsMalformed)
        {
            return Errno.EINVAL;
        }

        Span<byte> room = payload[..LeastPayload];
        FuseStatus status = request.Opcode == FuseOpcode.GetXattr
            ? fileSystem.GetXattr(request, name, room, out length)
            : fileSystem.ListXattr(request, room, out length);
        status = Checked(status, length, room.Length);
        if (status != FuseStatus.Ok)
        {
            return status;
        }

        if (size == 0)
        {
            uint needed = (uint)length;
            Output<FuseGetXattrOut>(payload, out length).Size = needed;
            return FuseStatus.Ok;
        }

        return length > size ? Errno.ERANGE : FuseStatus.Ok;
    }

    /// <summary>The payload's start as a structure of zeros.</summary>
    private static ref T Output<T>(Span<byte> payload, out int length)
        where T : unmanaged
    {
        length = Unsafe.SizeOf<T>();
        payload[..length].Clear();
        return ref MemoryMarshal.AsRef<T>(payload);
    }

    private static FuseStatus Checked(FuseStatus status, int length, int room)
    {
        if (status == FuseStatus.Ok && (uint)length > (uint)room)
        {
            throw new InvalidOperationException($"the file system says that it wrote {length} bytes where {room} were asked for");
        }

        return status;
    }
}
