using System.Globalization;

namespace Strato.Core.Configuration.Shell;

/// <summary>Evaluates <c>test</c> and <c>[</c>. It looks at the existence of files, and at nothing else of the machine.</summary>
internal static class ShellTest
{
    /// <summary>Whether the arguments are true; null where they are no test that is supported.</summary>
    /// <param name="arguments">What follows <c>test</c>.</param>
    /// <param name="locate">Where a file of a given path is looked for.</param>
    public static bool? Evaluate(ReadOnlySpan<string> arguments, Func<string, string> locate)
    {
        // Of -o and -a the first binds weaker.
        foreach (string connective in (ReadOnlySpan<string>)["-o", "-a"])
        {
            int at = arguments.Length > 3 ? arguments.IndexOf(connective) : -1;
            if (at > 0)
            {
                bool? left = Evaluate(arguments[..at], locate);
                bool? right = Evaluate(arguments[(at + 1)..], locate);
                return connective == "-o" ? left | right : left & right;
            }
        }

        return arguments switch
        {
            [] => false,
            ["!", .. ReadOnlySpan<string> rest] when arguments.Length != 3 || !IsBinary(arguments[1]) => !Evaluate(rest, locate),
            [string text] => text.Length > 0,
            [string operation, string operand] => Unary(operation, operand, locate),
            [string left, string operation, string right] => Binary(left, operation, right),
            _ => null,
        };
    }

    private static bool IsBinary(string operation) => operation is "=" or "==" or "!=" || operation is ['-', _, _];

    private static bool? Unary(string operation, string operand, Func<string, string> locate) => operation switch
    {
        "-n" => operand.Length > 0,
        "-z" => operand.Length == 0,
        "-e" => Path.Exists(locate(operand)),
        "-f" or "-r" or "-s" => File.Exists(locate(operand)),
        "-d" => Directory.Exists(locate(operand)),
        _ => null,
    };

    private static bool? Binary(string left, string operation, string right)
    {
        switch (operation)
        {
            case "=" or "==":
                return string.Equals(left, right, StringComparison.Ordinal);
            case "!=":
                return !string.Equals(left, right, StringComparison.Ordinal);
        }

        if (!long.TryParse(left, NumberStyles.Integer, CultureInfo.InvariantCulture, out long first)
            || !long.TryParse(right, NumberStyles.Integer, CultureInfo.InvariantCulture, out long second))
        {
            return null;
        }

        return operation switch
        {
            "-eq" => first == second,
            "-ne" => first != second,
            "-lt" => first < second,
            "-le" => first <= second,
            "-gt" => first > second,
            "-ge" => first >= second,
            _ => null,
        };
    }
}
