using System.Text;
using Strato.Posix;

namespace Strato.Transactions;

/// <summary>Gives a directory the attributes of another, so that an overlay's root looks as what it lies above.</summary>
internal static class RootAttributes
{
    /// <summary>Copies mode, owner, extended attributes and times.</summary>
    /// <param name="from">The directory that has them.</param>
    /// <param name="fromPath">Its path.</param>
    /// <param name="to">The path of the one that gets them.</param>
    public static void Copy(FileDescriptor from, string fromPath, string to)
    {
        byte[] source = Encoding.UTF8.GetBytes(fromPath);
        byte[] target = Encoding.UTF8.GetBytes(to);
        PosixFile.GetStatus(from, out FileStatus status).ThrowIfFailed("look at", source);
        PosixPath.SetOwner(null, target, status.Uid, status.Gid).ThrowIfFailed("set the owner of", target);
        PosixPath.SetPermissions(null, target, status.Mode & 0xfff).ThrowIfFailed("set the mode of", target);
        if (ExtendedAttributes.List(from, out byte[] names) == Errno.None)
        {
            foreach (Range range in names.AsSpan().Split((byte)0))
            {
                ReadOnlySpan<byte> name = names.AsSpan()[range];
                if (!name.IsEmpty && ExtendedAttributes.Get(from, name, out byte[] value) == Errno.None)
                {
                    ExtendedAttributes.Set(target, name, value).ThrowIfFailed("set an attribute of", target);
                }
            }
        }

        PosixPath.SetTimes(null, target, status.ModificationTime, status.ModificationTime).ThrowIfFailed("set the time of", target);
    }
}
