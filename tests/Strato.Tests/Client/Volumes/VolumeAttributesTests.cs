using FsCheck;
using FsCheck.Fluent;
using Strato.Client.Volumes;

namespace Strato.Tests.Client.Volumes;

public sealed class VolumeAttributesTests
{
    private static readonly string[] Names = ["repository", "tag", "revision", "hash", "path", "clientConfig", "clientConfigFilepath", "sharedMountID"];

    [Fact]
    public void What_kubernetes_adds_is_passed_over()
    {
        VolumeAttributes attributes = Parse(("repository", "sft.example.org"), ("csi.storage.k8s.io/ephemeral", "true"), ("storage.kubernetes.io/csiProvisionerIdentity", "1"));

        Assert.Equal("sft.example.org", attributes.Repository);
        Assert.Empty(attributes.Settings);
    }

    [Fact]
    public void Pins_paths_and_configurations_are_read()
    {
        VolumeAttributes attributes = Parse(
            ("repository", "sft.example.org"), ("tag", "v1"), ("path", "/lcg/views/"), ("sharedMountID", "a"),
            ("clientConfig", "# mine\nexport CVMFS_HTTP_PROXY=\"http://squid:3128;DIRECT\"\n\nCVMFS_TIMEOUT=5\n"));

        Assert.Equal(["CVMFS_REPOSITORY_TAG=v1", "CVMFS_HTTP_PROXY=http://squid:3128;DIRECT", "CVMFS_TIMEOUT=5"], attributes.Settings);
        Assert.Equal("lcg/views", attributes.Path);
    }

    [Theory]
    [InlineData("STRATO_TOKEN_FILE=/etc/shadow")]
    [InlineData("CVMFS_PUBLIC_KEY=/etc/shadow")]
    [InlineData("CVMFS_SERVER_URL=file:///etc")]
    [InlineData("CVMFS_SERVER_URL=$(id)")]
    [InlineData("CVMFS_HTTP_PROXY='a'b'")]
    [InlineData("source /etc/passwd")]
    public void Configurations_name_no_files_and_run_nothing(string line) =>
        Assert.Contains("client configuration", Assert.Throws<VolumeFailure>(() => Parse(("repository", "sft.example.org"), ("clientConfig", line))).Message, StringComparison.Ordinal);

    [Fact]
    public void Whatever_is_accepted_stays_inside()
    {
        Prop.ForAll<int, string, string>((which, first, second) =>
        {
            try
            {
                VolumeAttributes attributes = Parse(
                    ("repository", "sft.example.org"), (Names[(which & int.MaxValue) % Names.Length], $"{first}/{second}"), (first ?? "", second ?? ""));
                return attributes.Settings.All(setting => !setting.Any(char.IsControl)) && !attributes.Path.Split('/').Contains("..") && !attributes.Path.StartsWith('/');
            }
            catch (VolumeFailure failure)
            {
                return !failure.Message.Any(char.IsControl);
            }
        }).QuickCheckThrowOnFailure();
    }

    private static VolumeAttributes Parse(params (string Name, string Value)[] attributes) =>
        VolumeAttributes.Parse(attributes.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
}
