using Strato.Web.Origin;

namespace Strato.Tests.Web;

public sealed class ServedKeyTests
{
    private const string Hash = "cdef0123456789abcdef0123456789abcdef01";

    [Theory]
    [InlineData("data/ab/" + Hash)]
    [InlineData("data/ab/" + Hash + "C")]
    [InlineData("data/ab/" + Hash + "P")]
    [InlineData("data/ab/" + Hash + "-rmd160")]
    [InlineData("data/ab/" + Hash + "-shake128H")]
    [InlineData(".cvmfspublished")]
    [InlineData(".cvmfs_last_snapshot")]
    public void Objects_and_well_known_files_are_served(string key) => Assert.True(ServedKey.IsServed(key));

    [Theory]
    [InlineData("")]
    [InlineData("data/")]
    [InlineData("data/ab")]
    [InlineData("data/ab/")]
    [InlineData("data/AB/" + Hash)]
    [InlineData("data/ab/" + Hash + "c")]
    [InlineData("data/ab/" + Hash + "CC")]
    [InlineData("data/ab/" + Hash + "-md5")]
    [InlineData("data/ab/" + Hash + "-rmd160-rmd160")]
    [InlineData("data/ab/../" + Hash)]
    [InlineData("data/ab/x" + Hash)]
    [InlineData("data/abc" + Hash)]
    [InlineData("data/ab/\u0141def0123456789abcdef0123456789abcdef01")]
    [InlineData("data//ab/" + Hash)]
    [InlineData("data/txn/ab" + Hash)]
    [InlineData("/data/ab/" + Hash)]
    [InlineData(".cvmfspublished ")]
    [InlineData(".cvmfsPublished")]
    [InlineData(".cvmfstmp")]
    [InlineData(".htaccess")]
    public void Nothing_else_is(string key) => Assert.False(ServedKey.IsServed(key));
}
