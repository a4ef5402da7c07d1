using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Strato.Core;

namespace Strato.Quickstart;

/// <summary>Finds a tree that shows something: thousands of files, a program among them, and not so large that one waits.</summary>
internal static partial class SoftwareTreeSearch
{
    public const int MinimumFiles = 1000;
    public const int MaximumFiles = 30_000;
    public const long MaximumBytes = 1L << 30;

    // Imports a good part of the standard library, native modules among it.
    private const string PythonProgram =
        "import sys, ctypes, decimal, email, http.client, json, unittest; print('Python', sys.version.split()[0], 'runs from', sys.prefix)";

    /// <summary>What is looked for, the best first. The .NET installation that runs this program is there on every machine.</summary>
    public static IReadOnlyList<SoftwareKind> Kinds { get; } =
    [
        new("Python", ["~/.pyenv/versions", "~/.local/share/uv/python", "/opt", "/opt/python", "/usr/local"], "bin/python3", ["-I", "-c", PythonProgram]),
        new("the .NET SDK", [Path.GetDirectoryName(DotnetRoot)!], "dotnet", ["--list-runtimes"]),
    ];

    private static string DotnetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>The first installation that fits, the newest version of its kind.</summary>
    /// <param name="kinds">What is looked for.</param>
    /// <param name="userHome">What <c>~</c> stands for.</param>
    /// <exception cref="StratoException">There is none.</exception>
    public static SoftwareTree Find(IReadOnlyList<SoftwareKind> kinds, string userHome)
    {
        IEnumerable<SoftwareTree> fitting =
            from kind in kinds
            from place in kind.Places
            let directory = place.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(userHome, place[2..]) : place
            where Directory.Exists(directory)
            from installation in Newest(directory, kind.Program)
            let tree = TryTake(kind, installation)
            where tree is not null
            select tree;
        return fitting.FirstOrDefault() ?? throw new StratoException(
            $"found no software tree with {MinimumFiles} to {MaximumFiles} files to show the way with; looked for {string.Join(", ", kinds.Select(kind => kind.Name))}");
    }

    private static IEnumerable<string> Newest(string place, string program) =>
        new DirectoryInfo(place).EnumerateDirectories("*", new EnumerationOptions { IgnoreInaccessible = true })
            .Where(folder => folder.LinkTarget is null && File.Exists(Path.Combine(folder.FullName, program)))
            .OrderByDescending(folder => VersionKey(folder.Name), StringComparer.Ordinal)
            .Select(folder => folder.FullName);

    // Numbers of equal width compare as numbers: 3.9 comes before 3.10.
    private static string VersionKey(string name) => Digits().Replace(name, number => number.Value.PadLeft(10, '0'));

    [GeneratedRegex("[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digits();

    private static SoftwareTree? TryTake(SoftwareKind kind, string directory) =>
        TreeSize.TryMeasure(directory, MaximumFiles) is { Files: >= MinimumFiles, Bytes: <= MaximumBytes } size
            ? new SoftwareTree(kind.Name, directory, kind.Program, kind.Arguments, size)
            : null;
}
