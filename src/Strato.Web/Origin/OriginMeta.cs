namespace Strato.Web.Origin;

/// <summary>
/// The <c>/cvmfs/info/v1/meta.json</c> of a server: who runs it. A <c>meta.json</c> in the home is served as it is; until there is one, a form
/// with empty fields is, in the genuine servers' format.
/// </summary>
public static class OriginMeta
{
    private static readonly byte[] Empty =
        """
        {
          "administrator": "",
          "email": "",
          "organisation": "",
          "custom": {}
        }

        """u8.ToArray();

    /// <summary>Reads the document as it is now.</summary>
    /// <param name="home">The home's directory.</param>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    public static byte[] Read(string home)
    {
        string file = Path.Combine(home, "meta.json");
        return File.Exists(file) ? File.ReadAllBytes(file) : Empty;
    }
}
