using Strato.Core;

namespace Strato.Publishing.Repositories;

/// <summary>
/// A directory under which a machine's repositories live: their keys, settings, storage and work files (docs/designs/004-publishing.md
/// lists them). It need not exist. Immutable; holds nothing open.
/// </summary>
public sealed class RepositoryHome
{
    /// <summary>Names a home.</summary>
    /// <param name="directory">An absolute path.</param>
    public RepositoryHome(string directory) => Directory = directory;

    /// <summary>The absolute path.</summary>
    public string Directory { get; }

    /// <summary>
    /// The document root of a web server that is to serve every repository without settings of its own: those with the default storage
    /// lie in it as <c>cvmfs/FQRN</c>.
    /// </summary>
    public string DocumentRoot => Path.Combine(Directory, "srv");

    /// <summary>Where metrics of commands are left for a collector of text files, <c>FQRN.prom</c>; made when the first is.</summary>
    public string Metrics => Path.Combine(Directory, "metrics");

    private string Repositories => Path.Combine(Directory, "repositories");

    /// <summary>Where the files of a repository of this name are, or would be.</summary>
    /// <exception cref="StratoException">The name is not valid.</exception>
    public RepositoryPlaces Places(string name)
    {
        RepositoryName.Require(name);
        return new RepositoryPlaces(
            name,
            keys: Directory,
            folder: Path.Combine(Repositories, name),
            defaultStorage: Path.Combine(DocumentRoot, "cvmfs", name));
    }

    /// <summary>The directory that shows a repository's transaction, unless it is to be another.</summary>
    public string DefaultView(string name) => Path.Combine(Directory, "views", name);

    /// <summary>True where a repository of this name was made here.</summary>
    public bool Contains(string name) => RepositoryName.IsValidNew(name) && File.Exists(Places(name).Settings);

    /// <summary>The names of the repositories that were made here, in ordinal order.</summary>
    public IReadOnlyList<string> List()
    {
        if (!System.IO.Directory.Exists(Repositories))
        {
            return [];
        }

        return
        [
            .. System.IO.Directory.EnumerateDirectories(Repositories)
                .Select(folder => Path.GetFileName(folder))
                .Where(Contains)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Reads a repository's settings as they are now.</summary>
    /// <exception cref="StratoException">There is no such repository, or a setting is malformed.</exception>
    public RepositorySettings Load(string name)
    {
        RepositoryPlaces places = Places(name);
        if (!File.Exists(places.Settings))
        {
            throw new StratoException($"there is no repository {name} under {Directory}; make it with: strato mkfs {name}");
        }

        return SettingsFile.Read(places.Settings, name);
    }
}
