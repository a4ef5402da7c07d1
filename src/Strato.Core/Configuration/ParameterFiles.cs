using Strato.Core.Configuration.Shell;

namespace Strato.Core.Configuration;

/// <summary>
/// Reads the parameter files that concern a repository, in the order in which the genuine client does; what a later file sets
/// replaces what an earlier one did. With a configuration repository (<c>CVMFS_CONFIG_REPOSITORY</c>, fixed after
/// <c>default.d</c>) its files come right before the machine's own of the same rank.
/// </summary>
internal sealed class ParameterFiles
{
    private const string ConfigRepository = "CVMFS_CONFIG_REPOSITORY";

    private readonly ConfigurationSources sources;
    private readonly string repository;
    private readonly Dictionary<string, Parameter> parameters = new(StringComparer.Ordinal);
    private readonly List<string> notes = [];
    private string? fixedConfigRepository;

    private ParameterFiles(ConfigurationSources sources, string repository)
    {
        this.sources = sources;
        this.repository = repository;
    }

    /// <summary>Reads everything for a repository, or what is common to all where its name is empty.</summary>
    /// <param name="repository">The fully qualified name, or nothing.</param>
    /// <param name="notes">One line for each thing in the files that was passed over.</param>
    public static ParameterSet Read(ConfigurationSources sources, string repository, out IReadOnlyList<string> notes)
    {
        ParameterFiles files = new(sources, repository);
        files.ReadAll();
        notes = files.notes;
        return new ParameterSet(files.parameters.Values);
    }

    /// <summary>Where the configuration repository is mounted, as parameters say; null where there is none.</summary>
    public static string? ConfigRepositoryFolder(Func<string, Parameter?> find) =>
        find(ConfigRepository)?.Value is { Length: > 0 } name && RepositoryName.IsValid(name)
            ? Path.Combine(find("CVMFS_MOUNT_DIR")?.Value is { Length: > 0 } folder ? folder : ConfigurationDefaults.MountFolder, name)
            : null;

    private void ReadAll()
    {
        ReadFile("default.conf");
        foreach (string file in ListFolder("default.d", ".conf"))
        {
            ReadPath(file);
        }

        fixedConfigRepository = parameters.TryGetValue(ConfigRepository, out Parameter? config) ? config.Value : string.Empty;
        ReadOfConfigRepository("default.conf");
        ReadFile("default.local");
        int dot = repository.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0)
        {
            string domain = repository[(dot + 1)..];
            ReadOfConfigRepository($"domain.d/{domain}.conf");
            ReadFile($"domain.d/{domain}.conf");
            ReadFile($"domain.d/{domain}.local");
            ReadOfConfigRepository($"config.d/{repository}.conf");
            ReadFile($"config.d/{repository}.conf");
            ReadFile($"config.d/{repository}.local");
        }

        foreach (Parameter parameter in sources.Overrides)
        {
            parameters[parameter.Name] = parameter with { Value = ParameterTemplate.Apply(parameter.Value, repository) };
        }
    }

    private void ReadFile(string name) => ReadPath(Path.Combine(sources.Folder, name));

    private IEnumerable<string> ListFolder(string name, string suffix)
    {
        string folder = Path.Combine(sources.Folder, name);
        return Directory.Exists(folder)
            ? Directory.GetFiles(folder).Where(file => file.EndsWith(suffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            : [];
    }

    private void ReadOfConfigRepository(string name)
    {
        if (string.IsNullOrEmpty(fixedConfigRepository) || repository.Length == 0
            || string.Equals(fixedConfigRepository, repository, StringComparison.Ordinal))
        {
            return;
        }

        if (!RepositoryName.IsValid(fixedConfigRepository) || !parameters.TryGetValue("CVMFS_MOUNT_DIR", out Parameter? mountFolder))
        {
            notes.Add($"{ConfigRepository}={ShellText.Show(fixedConfigRepository)} is ignored: it is no repository's name or CVMFS_MOUNT_DIR is missing");
            return;
        }

        string folder = Path.Combine(mountFolder.Value, fixedConfigRepository, "etc/cvmfs");
        if (Directory.Exists(Locate(folder)))
        {
            ReadPath(Path.Combine(folder, name));
            return;
        }

        if (parameters.TryGetValue("CVMFS_CONFIG_REPO_REQUIRED", out Parameter? required)
            && required.Value.ToUpperInvariant() is "YES" or "ON" or "1" or "TRUE")
        {
            throw new StratoException($"the required configuration repository is not mounted: {folder} does not exist ({required.Origin})");
        }

        string note = $"the configuration repository is not mounted: {folder} does not exist";
        if (!notes.Contains(note))
        {
            notes.Add(note);
        }
    }

    private string Locate(string path) => sources.Paths.Locate(path, ConfigRepositoryFolder(parameters.GetValueOrDefault));

    private void ReadPath(string path)
    {
        Dictionary<string, string> variables = new(sources.Environment, StringComparer.Ordinal);
        foreach (Parameter parameter in parameters.Values)
        {
            variables[parameter.Name] = parameter.Value;
        }

        if (repository.Length > 0)
        {
            variables["CVMFS_FQRN"] = repository;
        }

        foreach ((string name, string value) in new ParameterEvaluator(variables, notes, Locate).Evaluate(path))
        {
            if (name == ConfigRepository && fixedConfigRepository is not null && value != fixedConfigRepository)
            {
                notes.Add($"{path} cannot change {ConfigRepository} from {fixedConfigRepository} to {ShellText.Show(value)}");
                continue;
            }

            parameters[name] = new Parameter(name, ParameterTemplate.Apply(value, repository), path);
        }
    }
}
