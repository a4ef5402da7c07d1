using System.Text;

namespace Strato.Client.Namespace;

/// <summary>
/// Expands <c>$(NAME)</c> and <c>$(NAME:-default)</c> in link targets ("variant symlinks"), as the genuine client does: from the
/// client's environment, into which its CVMFS_* parameters count; an unset variable without a default is empty; a value is not expanded
/// again. Immutable.
/// </summary>
internal sealed class SymlinkVariables
{
    private readonly (byte[] Name, byte[] Value)[] variables;

    public SymlinkVariables(IEnumerable<KeyValuePair<string, string>> variables) =>
        this.variables = [.. variables.Select(pair => (Encoding.UTF8.GetBytes(pair.Key), Encoding.UTF8.GetBytes(pair.Value)))];

    /// <summary>Writes the expanded target and returns its length, or -1 where it does not fit.</summary>
    public int Expand(ReadOnlySpan<byte> target, Span<byte> expanded)
    {
        int length = 0;
        while (!target.IsEmpty)
        {
            int literal = target.IndexOf("$("u8);
            int close = literal < 0 ? -1 : target[literal..].IndexOf((byte)')');
            if (close < 0)
            {
                return Append(target, expanded, ref length) ? length : -1;
            }

            ReadOnlySpan<byte> reference = target[(literal + 2)..(literal + close)];
            if (!Append(target[..literal], expanded, ref length) || !Append(ValueOf(reference), expanded, ref length))
            {
                return -1;
            }

            target = target[(literal + close + 1)..];
        }

        return length;
    }

    private static bool Append(ReadOnlySpan<byte> piece, Span<byte> expanded, ref int length)
    {
        if (!piece.TryCopyTo(expanded[length..]))
        {
            return false;
        }

        length += piece.Length;
        return true;
    }

    private ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> reference)
    {
        int separator = reference.IndexOf(":-"u8);
        ReadOnlySpan<byte> name = separator < 0 ? reference : reference[..separator];
        foreach ((byte[] known, byte[] value) in variables)
        {
            if (name.SequenceEqual(known))
            {
                return value;
            }
        }

        return separator < 0 ? default : reference[(separator + 2)..];
    }
}
