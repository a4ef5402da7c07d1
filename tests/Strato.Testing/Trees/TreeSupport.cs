using System.Text;
using Strato.Posix;

namespace Strato.Testing.Trees;

/// <summary>Finds out what the caller and a file system can do.</summary>
public static class TreeSupport
{
    /// <summary>The features that a tree in this existing folder can have.</summary>
    public static TreeFeatures In(string folder)
    {
        TreeFeatures features = PosixProcess.EffectiveUserId == 0 ? TreeFeatures.Owners | TreeFeatures.Devices : TreeFeatures.None;
        return ExtendedAttributes.Set(Encoding.UTF8.GetBytes(folder), "user.strato.probe"u8, "1"u8) == Errno.None
            ? features | TreeFeatures.Attributes
            : features;
    }
}
