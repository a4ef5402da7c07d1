using Strato.Posix;

namespace Strato.FunctionalTests.Fuse;

/// <summary>What these tests need of the machine; without it they are skipped with the reason.</summary>
internal static class FuseRequirement
{
    public static void Device() => Assert.SkipUnless(File.Exists("/dev/fuse"), "there is no /dev/fuse here");

    public static void Root()
    {
        Device();
        Assert.SkipUnless(PosixProcess.EffectiveUserId == 0, "only root may mount without fusermount3 and become another user");
    }
}
