using System.Globalization;

namespace Strato.Fuzz;

/// <summary>The command line.</summary>
internal sealed record FuzzOptions
{
    public const string Usage =
        "usage: Strato.Fuzz [--seconds N | --iterations N] [--target NAME]... [--seed N] [--findings DIR] | --list | --target NAME --replay FILE";

    /// <summary>The time for all targets together.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The inputs for each target instead, null to go by time. With the same seed the inputs are the same.</summary>
    public long? Iterations { get; init; }

    public IReadOnlyList<string> Targets { get; init; } = [];

    public int Seed { get; init; } = 1;

    /// <summary>Where inputs that found something are kept.</summary>
    public string Findings { get; init; } = "fuzz-findings";

    public bool IsList { get; init; }

    /// <summary>An input to run once.</summary>
    public string? Replay { get; init; }

    /// <summary>Reads the arguments; null where they are wrong.</summary>
    public static FuzzOptions? Parse(string[] arguments)
    {
        FuzzOptions options = new();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--list")
            {
                options = options with { IsList = true };
                continue;
            }

            if (i + 1 == arguments.Length)
            {
                return null;
            }

            string value = arguments[++i];
            bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
            switch (arguments[i - 1])
            {
                case "--seconds" when isNumber:
                    options = options with { Duration = TimeSpan.FromSeconds(number), Iterations = null };
                    break;
                case "--iterations" when isNumber:
                    options = options with { Iterations = number };
                    break;
                case "--seed" when isNumber:
                    options = options with { Seed = number };
                    break;
                case "--target":
                    options = options with { Targets = [.. options.Targets, value] };
                    break;
                case "--findings":
                    options = options with { Findings = value };
                    break;
                case "--replay":
                    options = options with { Replay = value };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
