using System.Text;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.MetaInfo;
using Strato.Testing.Golden;

namespace Strato.Tests.Core.MetaInfo;

public sealed class RepositoryMetaInfoTests
{
    public static TheoryData<string> Goldens => [.. GoldenRepository.All.Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void A_goldens_meta_information_is_read_and_kept_as_it_is(string name)
    {
        GoldenRepository golden = GoldenRepository.All.Single(repository => repository.Name == name);
        ObjectHash hash = Manifest.Parse(File.ReadAllBytes(Path.Combine(golden.Storage, ".cvmfspublished"))).MetaInfo!.Value;
        byte[] json = golden.ReadPlain(new ObjectName(hash, ObjectKind.MetaInfo));
        Assert.True(RepositoryMetaInfo.TryParse(json, out RepositoryMetaInfo? info, out _));
        Assert.Equal(json, info.Json.ToArray());
        Assert.Equal("Your Name", info.Administrator);
        Assert.Equal("Repository content", info.Description);
        Assert.Equal(["stratum1 url", "stratum1 url"], info.RecommendedStratum1s);
    }

    [Fact]
    public void What_is_made_reads_back()
    {
        RepositoryMetaInfo made = RepositoryMetaInfo.Create("Ada \"A\" L.", "ada@example.org", "Org", "Größe", "https://example.org");
        Assert.True(RepositoryMetaInfo.TryParse(made.Json.Span, out RepositoryMetaInfo? read, out _));
        Assert.Equal(("Ada \"A\" L.", "Größe", ""), (read.Administrator, read.Description, read.RecommendedStratum0));
    }

    [Theory]
    [InlineData("", "it is not JSON")]
    [InlineData("[]", "it is not a JSON object")]
    [InlineData("{\"administrator\": ", "it is not JSON")]
    [InlineData("{\"email\": \"\\ud800\"}", "it is not JSON")]
    public void Broken_meta_information_is_refused(string text, string reason)
    {
        Assert.False(RepositoryMetaInfo.TryParse(Encoding.ASCII.GetBytes(text), out _, out string? problem));
        Assert.Equal(reason, problem);
    }

    [Fact]
    public void Deep_nesting_and_endless_text_are_refused()
    {
        Assert.False(RepositoryMetaInfo.TryParse(Encoding.ASCII.GetBytes("{\"custom\":" + new string('[', 100_000)), out _, out _));
        Assert.False(RepositoryMetaInfo.TryParse(new byte[RepositoryMetaInfo.MaxLength + 1], out _, out _));
    }

    [Fact]
    public void Members_of_unexpected_types_count_as_absent()
    {
        Assert.True(RepositoryMetaInfo.TryParse("{\"email\": 7, \"recommended-stratum1s\": [1, \"http://a\", null], \"url\": null}"u8, out RepositoryMetaInfo? info, out _));
        Assert.Equal("", info.Email);
        Assert.Equal(["http://a"], info.RecommendedStratum1s);
    }
}
