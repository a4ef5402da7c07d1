using Strato.Publishing.Nesting;

namespace Strato.Fuzz.Targets;

/// <summary><c>/.cvmfsdirtab</c>, which comes with the published tree.</summary>
internal sealed class DirtabTarget : IFuzzTarget
{
    public string Name => "dirtab";

    public IEnumerable<byte[]> Seeds =>
    [
        "# a comment\n/software/*\n/a/?/[b-d]x/\\*\n! *.svn\n!/a/b*\n"u8.ToArray(),
        "/*/*/*\n!*/x*y*z\n"u8.ToArray(),
    ];

    public bool Run(byte[] input)
    {
        Dirtab rules = Dirtab.Parse(input);
        _ = rules.AsksForCatalogAt("/software/1.0"u8);
        _ = rules.AsksForCatalogAt("/a/b/cx/*"u8);
        return !rules.IsEmpty;
    }
}
