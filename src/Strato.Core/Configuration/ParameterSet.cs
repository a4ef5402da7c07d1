using System.Collections;
using System.Globalization;
using Strato.Core.Configuration.Shell;

namespace Strato.Core.Configuration;

/// <summary>
/// Parameters by name. Immutable. An empty value counts as none, as sites write <c>CVMFS_X=</c> to take a setting back. A value
/// that cannot be what it must be throws <see cref="StratoException"/> with its name and place.
/// </summary>
public sealed class ParameterSet : IReadOnlyCollection<Parameter>
{
    private readonly SortedDictionary<string, Parameter> byName;

    public ParameterSet(IEnumerable<Parameter> parameters)
    {
        byName = new SortedDictionary<string, Parameter>(StringComparer.Ordinal);
        foreach (Parameter parameter in parameters)
        {
            byName[parameter.Name] = parameter;
        }
    }

    public int Count => byName.Count;

    /// <summary>The parameter with a name, null if there is none or its value is empty.</summary>
    public Parameter? this[string name] => byName.TryGetValue(name, out Parameter? parameter) && parameter.Value.Length > 0 ? parameter : null;

    /// <summary>The text, null where there is none.</summary>
    public string? Text(string name) => this[name]?.Value;

    /// <summary>True for yes, on, 1 and true in any case; false for everything else that is set, as the genuine client reads switches.</summary>
    public bool? Switch(string name) =>
        this[name] is { } parameter ? parameter.Value.ToUpperInvariant() is "YES" or "ON" or "1" or "TRUE" : null;

    /// <summary>A whole number within bounds.</summary>
    public long? Number(string name, long minimum = 0, long maximum = int.MaxValue)
    {
        if (this[name] is not { } parameter)
        {
            return null;
        }

        return long.TryParse(parameter.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            && number >= minimum && number <= maximum
            ? number
            : throw Bad(parameter, $"it must be a number from {minimum} to {maximum}");
    }

    /// <summary>A time given in whole seconds.</summary>
    public TimeSpan? Seconds(string name) => Number(name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>The parts of a text between separators, without blanks around them; none where it is not set.</summary>
    public IReadOnlyList<string> List(string name, char separator) =>
        Text(name)?.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public IEnumerator<Parameter> GetEnumerator() => byName.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A failure that names the parameter and its place.</summary>
    internal static StratoException Bad(Parameter parameter, string reason) =>
        new($"{parameter.Name}={ShellText.Show(parameter.Value)} ({parameter.Origin}) is not valid: {reason}");
}
