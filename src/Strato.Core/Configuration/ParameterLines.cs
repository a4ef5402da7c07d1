using Strato.Core.Configuration.Shell;

namespace Strato.Core.Configuration;

/// <summary>
/// Finds the parameters that a file sets the way the genuine client does: line by line, before it asks the shell for their values. A
/// variable that is set behind another command on a line, or in a file that this one reads, is not among them.
/// </summary>
internal static class ParameterLines
{
    private static readonly string[] Prefixes = ["readonly ", "export ", "eval "];

    /// <summary>The names of the variables that lines begin with.</summary>
    public static HashSet<string> Names(string text)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int comment = line.IndexOf('#');
            ReadOnlySpan<char> statement = comment < 0 ? line : line[..comment];
            int sign = statement.IndexOf('=');
            if (sign < 0)
            {
                continue;
            }

            ReadOnlySpan<char> name = statement[..sign].Trim();
            foreach (string prefix in Prefixes)
            {
                if (name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    name = name[prefix.Length..].Trim();
                    break;
                }
            }

            if (ShellParser.IsName(name))
            {
                names.Add(name.ToString());
            }
        }

        return names;
    }
}
