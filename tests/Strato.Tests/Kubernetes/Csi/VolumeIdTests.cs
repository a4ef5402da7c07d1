using FsCheck;
using FsCheck.Fluent;
using Strato.Kubernetes.Csi;

namespace Strato.Tests.Kubernetes.Csi;

public sealed class VolumeIdTests
{
    [Fact]
    public void Every_id_is_read_as_it_was_written_and_is_short_enough()
    {
        Prop.ForAll<string, string>((name, value) =>
        {
            VolumeId id = VolumeId.Of(name ?? "", [KeyValuePair.Create("repository", value ?? "")]);
            return VolumeId.TryParse(id.ToString(), out VolumeId read) && read == id && id.ToString().Length <= VolumeId.MaxLength;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_order_of_parameters_means_nothing_and_their_content_does()
    {
        KeyValuePair<string, string> a = KeyValuePair.Create("repository", "one");
        KeyValuePair<string, string> b = KeyValuePair.Create("tag", "two");

        Assert.Equal(VolumeId.Of("name", [a, b]), VolumeId.Of("name", [b, a]));
        Assert.NotEqual(VolumeId.Of("name", [a, b]), VolumeId.Of("name", [a]));
        Assert.NotEqual(VolumeId.Of("name", [a]), VolumeId.Of("other", [a]));
        Assert.NotEqual(VolumeId.Of("name", [KeyValuePair.Create("a", "b\0c")]), VolumeId.Of("name", [KeyValuePair.Create("a\0b", "c")]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("strato-../../etc")]
    [InlineData("strato-00000000000000000000000000000000-00000000000000000000000000000000\n")]
    [InlineData("STRATO-00000000000000000000000000000000-00000000000000000000000000000000")]
    public void Others_are_none(string text) => Assert.False(VolumeId.TryParse(text, out _));
}
