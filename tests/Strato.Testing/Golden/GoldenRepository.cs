using System.Diagnostics;

namespace Strato.Testing.Golden;

/// <summary>
/// A repository that the genuine tools published, with what the genuine client shows of it (see README.md beside this file).
/// The archive is unpacked once per test process; tests treat it as read-only and take a <see cref="CopyStorage"/> to change.
/// </summary>
public sealed class GoldenRepository
{
    private static readonly Lazy<string> Unpacked = new(Unpack);

    private GoldenRepository(string name) => Name = name;

    /// <summary>SHA-1, zlib, nested catalogs, chunks, hard links, xattrs, external and direct-io files, odd names.</summary>
    public static GoldenRepository Sha1 { get; } = new("golden.test.org");

    /// <summary>RIPEMD-160, garbage collected, automatic nested catalogs, a branch.</summary>
    public static GoldenRepository Rmd160 { get; } = new("golden-rmd160.test.org");

    /// <summary>SHAKE-128, uncompressed, volatile, legacy bulk objects.</summary>
    public static GoldenRepository Shake128 { get; } = new("golden-shake128.test.org");

    public static IReadOnlyList<GoldenRepository> All { get; } = [Sha1, Rmd160, Shake128];

    /// <summary>The fully qualified repository name.</summary>
    public string Name { get; }

    /// <summary>The folder that holds the parts named in README.md.</summary>
    public string Folder => Path.Combine(Unpacked.Value, Name);

    /// <summary>The storage tree, to be served as <c>/cvmfs/NAME</c>.</summary>
    public string Storage => Path.Combine(Folder, "srv");

    /// <summary>The public half of the master key.</summary>
    public string PublicKey => Path.Combine(Folder, "keys", Name + ".pub");

    /// <summary>A key file by its ending: <c>pub</c>, <c>masterkey</c>, <c>crt</c> or <c>key</c>.</summary>
    public string Key(string ending) => Path.Combine(Folder, "keys", Name + "." + ending);

    /// <summary>The tags that have a listing, <c>trunk</c> among them.</summary>
    public IReadOnlyList<string> ListedTags =>
        [.. Directory.GetFiles(Folder, "expected.*.root").Select(file => Path.GetFileName(file)["expected.".Length..^".root".Length]).Order(StringComparer.Ordinal)];

    /// <summary>What the genuine client showed: the file <c>expected.TAG.KIND</c>.</summary>
    public string Expected(string tag, string kind) => Path.Combine(Folder, $"expected.{tag}.{kind}");

    /// <summary>Copies the storage tree into <paramref name="destination"/>, which must not exist.</summary>
    public void CopyStorage(string destination)
    {
        Run("cp", "-a", Storage, destination);
    }

    public override string ToString() => Name;

    private static string Unpack()
    {
        string archive = Path.Combine(AppContext.BaseDirectory, "Golden", "golden-repositories.tar.xz");
        string folder = Directory.CreateTempSubdirectory("strato-golden-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        Run("tar", "-xJf", archive, "-C", folder);
        return folder;
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {error}");
        }
    }
}
