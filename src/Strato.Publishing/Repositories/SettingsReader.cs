using System.Globalization;
using Strato.Core;
using Strato.Core.Configuration;

namespace Strato.Publishing.Repositories;

/// <summary>The names and values of a settings file in the shell's syntax, and of those that it reads with <c>. FILE</c>; of several, the last counts.</summary>
internal sealed class SettingsReader
{
    private readonly string file;
    private readonly IReadOnlyDictionary<string, string> values;
    private readonly IReadOnlyList<string> notes;

    private SettingsReader(string file, string? overriding)
    {
        this.file = file;
        IReadOnlyDictionary<string, string> first = ParameterScript.Read(file, out notes);
        if (overriding is null)
        {
            values = first;
            return;
        }

        Dictionary<string, string> all = new(first, StringComparer.Ordinal);
        IReadOnlyDictionary<string, string> second = ParameterScript.Read(overriding, out IReadOnlyList<string> others);
        foreach ((string name, string value) in second)
        {
            all[name] = value;
        }

        values = all;
        notes = [.. notes, .. others];
    }

    /// <summary>Reads a file, and another one that counts first.</summary>
    /// <exception cref="StratoException">One cannot be read or is not shell.</exception>
    public static SettingsReader Read(string file, string? overriding = null) => new(file, overriding);

    /// <summary>A value; null where it is absent or empty.</summary>
    public string? Text(string name) => values.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;

    public bool Flag(string name, bool fallback) => Text(name)?.ToUpperInvariant() switch
    {
        null => fallback,
        "TRUE" or "YES" or "ON" or "1" => true,
        "FALSE" or "NO" or "OFF" or "0" => false,
        _ => throw Malformed(name, "is neither true nor false"),
    };

    public int Number(string name, int fallback, int minimum)
    {
        long value = Number(name, fallback);
        return value >= minimum && value <= int.MaxValue ? (int)value : throw Malformed(name, $"is not a number from {minimum} on");
    }

    public long Number(string name, long fallback) => Text(name) is not { } text
        ? fallback
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw Malformed(name, "is not a number");

    public TimeSpan Age(string name, TimeSpan fallback) => Text(name) is not { } text
        ? fallback
        : AgeText.TryParse(text, out TimeSpan age) ? age : throw Malformed(name, $"is no age; {AgeText.Rule}");

    public StratoException Malformed(string name, string problem)
    {
        string passedOver = notes.Count > 0 ? $" ({notes[0]})" : string.Empty;
        return new StratoException($"{file}: {name}='{Text(name)}' {problem}{passedOver}");
    }
}
