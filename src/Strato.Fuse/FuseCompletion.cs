using System.Runtime.InteropServices;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Fuse;

/// <summary>
/// The right, and duty, to answer one deferred request: exactly one method is called exactly once, from any thread. Copying the value copies
/// the duty, not the right. Answers allocate nothing and never block on the kernel's caller.
/// </summary>
public readonly struct FuseCompletion
{
    private readonly IFuseReplySink sink;
    private readonly uint room;

    internal FuseCompletion(IFuseReplySink sink, ulong unique, FuseOpcode opcode, uint room)
    {
        this.sink = sink;
        this.room = room;
        Unique = unique;
        Opcode = opcode;
    }

    /// <summary>The request's number.</summary>
    public ulong Unique { get; }

    public FuseOpcode Opcode { get; }

    /// <summary>The request fails with this error; <see cref="Errno.None"/> is a success without data.</summary>
    public void Fail(Errno errno) => _ = sink.Reply(Unique, errno, default);

    /// <summary>Answers LOOKUP; false where nobody took the answer, and so the lookup does not count.</summary>
    public bool Entry(in FuseEntryOut entry) => Reply(entry);

    /// <summary>Answers GETATTR.</summary>
    public void Attributes(in FuseAttrOut attributes) => _ = Reply(attributes);

    /// <summary>Answers OPEN or OPENDIR; false where nobody took the answer, and so no RELEASE will come.</summary>
    public bool Opened(in FuseOpenOut opened) => Reply(opened);

    /// <summary>Answers STATFS.</summary>
    public void FileSystem(in FuseStatFsOut status) => _ = Reply(status);

    /// <summary>
    /// Answers READ, READLINK, READDIR, READDIRPLUS (bytes of a <see cref="FuseDirectoryWriter"/>), GETXATTR or LISTXATTR. Attributes are given
    /// whole; the caller gets them, their size or ERANGE as it asked. Throws <see cref="ArgumentException"/> where data is longer than asked for.
    /// </summary>
    public void Data(ReadOnlySpan<byte> data)
    {
        if (Opcode is FuseOpcode.GetXattr or FuseOpcode.ListXattr)
        {
            if (room == 0)
            {
                _ = Reply(new FuseGetXattrOut { Size = (uint)data.Length });
            }
            else if (data.Length > room)
            {
                Fail(Errno.ERANGE);
            }
            else
            {
                _ = sink.Reply(Unique, Errno.None, data);
            }

            return;
        }

        if (data.Length > room)
        {
            throw new ArgumentException($"{data.Length} bytes answer a request for {room}", nameof(data));
        }

        _ = sink.Reply(Unique, Errno.None, data);
    }

    private bool Reply<T>(in T payload)
        where T : unmanaged => sink.Reply(Unique, Errno.None, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in payload)));
}
