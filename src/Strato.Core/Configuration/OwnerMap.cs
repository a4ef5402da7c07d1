using System.Collections.Frozen;
using System.Globalization;

namespace Strato.Core.Configuration;

/// <summary>
/// Replaces owners of entries by others: lines of two numbers, where <c>*</c> for the first stands for every other owner.
/// Immutable and safe to share.
/// </summary>
public sealed class OwnerMap
{
    private readonly FrozenDictionary<uint, uint> rules;
    private readonly uint? fallback;

    private OwnerMap(FrozenDictionary<uint, uint> rules, uint? fallback)
    {
        this.rules = rules;
        this.fallback = fallback;
    }

    /// <summary>The map that changes nothing.</summary>
    public static OwnerMap None { get; } = new(FrozenDictionary<uint, uint>.Empty, null);

    /// <summary>False where the map changes nothing.</summary>
    public bool HasEffect => rules.Count > 0 || fallback is not null;

    /// <summary>Reads a file. Throws <see cref="StratoException"/> where it cannot be read or a line is not a rule.</summary>
    public static OwnerMap Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot read the owner map {path}: {error.Message}", error);
        }

        return Parse(lines, path);
    }

    /// <summary>The owner to show for one that is in a catalog.</summary>
    public uint Map(uint owner) => rules.TryGetValue(owner, out uint mapped) ? mapped : fallback ?? owner;

    internal static OwnerMap Parse(IReadOnlyList<string> lines, string path)
    {
        Dictionary<uint, uint> found = [];
        uint? others = null;
        for (int number = 0; number < lines.Count; number++)
        {
            string[] parts = lines[number].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0 || parts[0].StartsWith('#'))
            {
                continue;
            }

            uint from = 0;
            if (parts.Length != 2 || !TryParse(parts[1], out uint to) || (parts[0] != "*" && !TryParse(parts[0], out from)))
            {
                throw new StratoException($"the owner map {path} is not valid: line {number + 1} is not two numbers");
            }

            if (parts[0] == "*")
            {
                others = to;
            }
            else
            {
                found[from] = to;
            }
        }

        return new OwnerMap(found.ToFrozenDictionary(), others);
    }

    private static bool TryParse(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
