using System.Collections;

namespace Strato.Core.Configuration;

/// <summary>Where parameters are taken from. Immutable.</summary>
public sealed record ConfigurationSources
{
    /// <summary>The folder with <c>default.conf</c>, <c>domain.d</c>, <c>config.d</c> and <c>keys</c>.</summary>
    public string Folder { get; init; } = ConfigurationDefaults.Folder;

    /// <summary>Variables that parameter files may refer to, besides what they set.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Parameters that count more than every file, such as those given as command line options.</summary>
    public IReadOnlyList<Parameter> Overrides { get; init; } = [];

    /// <summary>Where files that these name are read.</summary>
    public ConfigurationPaths Paths { get; init; } = ConfigurationPaths.AsNamed;

    /// <summary>The machine's own: <c>/etc/cvmfs</c> and this process's environment.</summary>
    public static ConfigurationSources OfMachine()
    {
        Dictionary<string, string> environment = new(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? string.Empty;
        }

        return new ConfigurationSources { Environment = environment };
    }
}
