using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Strato.Core;
using Strato.Core.Paths;

namespace Strato.Arguments;

/// <summary>Ties options and arguments to the values that they take. Any other is wrong usage, and the line about it tells what is allowed.</summary>
internal static class AllowedValues
{
    /// <summary>Takes whole numbers of a range.</summary>
    /// <param name="option">The option.</param>
    /// <param name="unit">What is counted, such as <c>seconds</c>.</param>
    /// <param name="minimum">The smallest number.</param>
    /// <param name="maximum">The largest number.</param>
    public static Option<T> Within<T>(this Option<T> option, string unit, T minimum, T maximum)
        where T : struct, IBinaryInteger<T>
    {
        option.CustomParser = result => Parse(result, option.Name, unit, minimum, maximum) ?? minimum;
        return option;
    }

    /// <inheritdoc cref="Within{T}(Option{T}, string, T, T)"/>
    public static Option<T?> Within<T>(this Option<T?> option, string unit, T minimum, T maximum)
        where T : struct, IBinaryInteger<T>
    {
        option.CustomParser = result => Parse(result, option.Name, unit, minimum, maximum);
        return option;
    }

    /// <summary>Takes one of a few words.</summary>
    public static Option<string> OneOf(this Option<string> option, params string[] words)
    {
        option.CompletionSources.Add(words);
        option.Validators.Add(result => CheckWords(result, result.Tokens, option.Name, words));
        return option;
    }

    /// <inheritdoc cref="OneOf(Option{string}, string[])"/>
    public static Argument<string> OneOf(this Argument<string> argument, params string[] words)
    {
        argument.CompletionSources.Add(words);
        argument.Validators.Add(result => CheckWords(result, result.Tokens, argument.Name, words));
        return argument;
    }

    /// <summary>Takes anything but nothing.</summary>
    public static Option<T> NotEmpty<T>(this Option<T> option) =>
        option.Checked(text => _ = text.Length > 0 ? text : throw new StratoException($"{option.Name} needs a value that is not empty"));

    /// <summary>Takes what a check lets pass. The check throws <see cref="StratoException"/> where it does not.</summary>
    public static Option<T> Checked<T>(this Option<T> option, Action<string> check)
    {
        option.Validators.Add(result => Check(result, result.Tokens, check));
        return option;
    }

    /// <inheritdoc cref="Checked{T}(Option{T}, Action{string})"/>
    public static Argument<string> Checked(this Argument<string> argument, Action<string> check)
    {
        argument.Validators.Add(result => Check(result, result.Tokens, check));
        return argument;
    }

    private static void Check(SymbolResult result, IReadOnlyList<Token> tokens, Action<string> check)
    {
        foreach (Token token in tokens)
        {
            try
            {
                check(token.Value);
            }
            catch (StratoException error)
            {
                result.AddError(error.Message);
            }
        }
    }

    private static void CheckWords(SymbolResult result, IReadOnlyList<Token> tokens, string name, string[] words)
    {
        foreach (Token token in tokens.Where(token => !words.Contains(token.Value, StringComparer.Ordinal)))
        {
            result.AddError($"{name} takes one of {string.Join(", ", words)}, not '{Shown(token)}'");
        }
    }

    private static T? Parse<T>(ArgumentResult result, string name, string unit, T minimum, T maximum)
        where T : struct, IBinaryInteger<T>
    {
        if (result.Tokens is not [Token token])
        {
            return null;
        }

        if (T.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T value) && value >= minimum && value <= maximum)
        {
            return value;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes {minimum} to {maximum} {unit}, not '{Shown(token)}'"));
        return null;
    }

    private static string Shown(Token token) => BytesText.Escape(token.Value);
}
