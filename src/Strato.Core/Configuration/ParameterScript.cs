namespace Strato.Core.Configuration;

/// <summary>
/// A single settings file that is a shell script by form, such as a release manager's <c>server.conf</c>. It is evaluated as parameter files are
/// (docs/designs/006-parameter-files.md), but what the files that it reads set counts too, as it does for the genuine server, and blanks stay.
/// </summary>
public static class ParameterScript
{
    private const long MaxLength = 1 << 20;

    /// <summary>Returns the variables that a file and those that it reads set, by name; an empty value is one that was unset.</summary>
    /// <param name="path">The file.</param>
    /// <param name="notes">One line for each thing that was passed over, such as a file to read that is not there.</param>
    /// <exception cref="StratoException">The file cannot be read, is too long, or is not shell.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path, out IReadOnlyList<string> notes)
    {
        List<string> passed = [];
        ParameterEvaluator evaluator = new(new Dictionary<string, string>(StringComparer.Ordinal), passed);
        evaluator.EvaluateText(path, ReadText(path));
        notes = passed;
        return evaluator.Values;
    }

    private static string ReadText(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxLength
                ? File.ReadAllText(path)
                : throw new StratoException($"cannot read the settings {path}: they have more than {MaxLength} bytes");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot read the settings {path}: {error.Message.TrimEnd('.')}", error);
        }
    }
}
