using System.Globalization;

namespace Strato.Transactions;

/// <summary>Who uses a directory: the processes that have something below it open, or work there.</summary>
internal static class ViewUsers
{
    private const int MostNamed = 3;

    /// <summary>Names them in a few words, such as <c>bash (process 4711, in /sub)</c>; null where nobody is found.</summary>
    public static string? Describe(string directory)
    {
        List<string> users = [];
        int more = 0;
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                || id == Environment.ProcessId || FindUse(process, directory) is not { } place)
            {
                continue;
            }

            if (users.Count == MostNamed)
            {
                more++;
            }
            else
            {
                users.Add(string.Create(CultureInfo.InvariantCulture, $"{NameOf(process)} (process {id}, {place})"));
            }
        }

        return users.Count == 0 ? null : string.Join(", ", users) + (more > 0 ? $" and {more} more" : "");
    }

    private static string? FindUse(string process, string directory)
    {
        if (Below(Target(Path.Combine(process, "cwd")), directory) is { } working)
        {
            return $"in {working}";
        }

        if (Below(Target(Path.Combine(process, "exe")), directory) is { } program)
        {
            return $"running {program}";
        }

        try
        {
            foreach (string file in Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd")))
            {
                if (Below(Target(file), directory) is { } opened)
                {
                    return $"with {opened} open";
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is not for this user to look into.
        }

        return null;
    }

    private static string? Below(string? target, string directory) => target is null ? null
        : target == directory ? "/"
        : target.StartsWith(directory + "/", StringComparison.Ordinal) ? target[directory.Length..]
        : null;

    private static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string NameOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "a program";
        }
    }
}
