namespace Strato.Core.Configuration;

/// <summary>Fully qualified repository names, such as <c>atlas.cern.ch</c>.</summary>
public static class RepositoryNames
{
    /// <summary>The longest name; a file with it and a suffix must still be possible.</summary>
    public const int MaxLength = 240;

    /// <summary>True for letters, digits, dots, hyphens and underscores, neither hidden nor with a way up in them.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength
        && char.IsAsciiLetterOrDigit(name[0])
        && !name.Contains("..", StringComparison.Ordinal)
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_');

    /// <summary>Adds the default domain (<c>CVMFS_DEFAULT_DOMAIN</c>) to a name without a dot.</summary>
    public static string Qualify(string name, string? defaultDomain) =>
        name.Contains('.', StringComparison.Ordinal) || string.IsNullOrEmpty(defaultDomain) ? name : $"{name}.{defaultDomain}";
}
