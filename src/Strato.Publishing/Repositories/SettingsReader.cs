using System.Globalization;
using Strato.Core;

namespace Strato.Publishing.Repositories;

/// <summary>The names and values of a settings file in the shell's syntax for assignments; of several, the last counts.</summary>
internal sealed class SettingsReader
{
    private readonly string file;
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    private SettingsReader(string file) => this.file = file;

    public static SettingsReader Read(string file)
    {
        SettingsReader reader = new(file);
        foreach (string line in File.ReadLines(file))
        {
            string text = line.Trim();
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && text[0] != '#')
            {
                string name = text[..equals].Trim();
                name = name.StartsWith("export ", StringComparison.Ordinal) ? name[7..].Trim() : name;
                reader.values[name] = Unquote(text[(equals + 1)..].Trim());
            }
        }

        return reader;
    }

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

    public StratoException Malformed(string name, string problem) => new($"{file}: {name}='{Text(name)}' {problem}");

    private static string Unquote(string value) =>
        value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0] ? value[1..^1] : value;
}
