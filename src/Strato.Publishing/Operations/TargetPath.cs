using System.Text;
using Strato.Core;
using Strato.Core.Paths;

namespace Strato.Publishing.Operations;

/// <summary>Paths in a repository as people write them.</summary>
public static class TargetPath
{
    /// <summary>Throws where a text is no path.</summary>
    /// <exception cref="StratoException">It is relative, or has a name that none can have.</exception>
    public static void Require(string text) => _ = Parse(text);

    /// <summary>Reads a path; slashes at its end and repeated ones do not matter.</summary>
    /// <exception cref="StratoException">It is relative, or has a name that none can have.</exception>
    public static RepositoryPath Parse(string text)
    {
        string[] names = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string normal = names.Length == 0 ? string.Empty : "/" + string.Join('/', names);
        return text.StartsWith('/') && RepositoryPath.TryParse(Encoding.UTF8.GetBytes(normal), out RepositoryPath path)
            ? path
            : throw new StratoException($"'{text}' is not a path in a repository; it begins with a slash and has no '..', as in /software/2.1");
    }
}
