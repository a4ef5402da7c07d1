using System.Text;
using Strato.Fuse;
using Strato.Fuse.Mounting;

namespace Strato.Tests.Fuse;

public sealed class MountingTests
{
    [Fact]
    public void Options_for_fusermount_are_escaped()
    {
        FuseMountOptions options = new() { Source = "a,b\\c"u8.ToArray(), AllowOther = false, MaxRead = 4096 };

        Assert.Equal(
            @"ro,nosuid,nodev,subtype=strato,max_read=4096,default_permissions,fsname=a\,b\\c", Encoding.UTF8.GetString(FuseMount.FusermountOptions(options)));
    }

    [Theory]
    [InlineData("", 1, "fusermount3 ended with exit code 1")]
    [InlineData("fusermount3: mount failed: No\nsuch thing\n", 1, "fusermount3: mount failed: No such thing")]
    [InlineData("fusermount3: option allow_other only allowed if 'user_allow_other' is set in /etc/fuse.conf\n", 1, "fusermount3: option allow_other only allowed if 'user_allow_other' is set in /etc/fuse.conf; put that line there, or mount without allow_other")]
    public void What_fusermount_says_is_one_line(string complaint, int exitCode, string line) => Assert.Equal(line, Fusermount.Explain(complaint, exitCode));

    [Theory]
    [InlineData("Name:\tcat\nSigPnd:\t0000000000000100\nShdPnd:\t0000000000000000\n", true)]
    [InlineData("Name:\tcat\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000100\n", true)]
    [InlineData("Name:\tcat\nSigPnd:\t0000000000000200\nShdPnd:\t0000000000014000\n", false)]
    [InlineData("Name:\tcat\n", false)]
    [InlineData("Name:\tcat\nSigPnd:\tnonsense", false)]
    public void A_pending_kill_shows_in_the_status(string status, bool dying) =>
        Assert.Equal(dying, CallerProcess.HasPendingKill(Encoding.UTF8.GetBytes(status)));
}
