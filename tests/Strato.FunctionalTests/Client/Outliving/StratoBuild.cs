using System.Text;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>A copy of the program in a directory of its own, which says that it is of another version.</summary>
internal sealed class StratoBuild
{
    private const string OwnVersion = "0.1.0";

    /// <summary>Copies the program under test.</summary>
    public StratoBuild(TemporaryHome home, string version)
    {
        Folder = home.NewFolder($"build-{version}");
        Version = version;
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(StratoProgram.Location)!))
        {
            string name = Path.GetFileName(file);
            if (name is "strato" || name.EndsWith(".dll", StringComparison.Ordinal) || name.EndsWith(".json", StringComparison.Ordinal))
            {
                File.Copy(file, Path.Combine(Folder, name));
            }
        }

        SetVersion(version);
    }

    public string Folder { get; }

    public string Program => Path.Combine(Folder, "strato");

    public string Version { get; private set; }

    /// <summary>Replaces the program in place, as a package manager does: by a new file under the old name.</summary>
    public void SetVersion(string version)
    {
        string place = VersionPlace();
        byte[] content = File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(StratoProgram.Location)!, place));
        byte[] from = Encoding.UTF8.GetBytes(OwnVersion);
        byte[] to = Encoding.UTF8.GetBytes(version);
        Assert.Equal(from.Length, to.Length);
        int replaced = 0;
        for (int index = content.AsSpan().IndexOf(from); index >= 0 && version != OwnVersion; index = content.AsSpan().IndexOf(from))
        {
            to.CopyTo(content, index);
            replaced++;
        }

        Assert.True(replaced > 0 || version == OwnVersion, $"{place} says its version in other bytes");
        string fresh = Path.Combine(Folder, place + ".new");
        File.WriteAllBytes(fresh, content);
        File.SetUnixFileMode(fresh, File.GetUnixFileMode(Path.Combine(Folder, place)));
        File.Move(fresh, Path.Combine(Folder, place), overwrite: true);
        Version = version;
    }

    /// <summary>The file that says the version: the program itself where it was compiled ahead of time.</summary>
    private string VersionPlace() => File.Exists(Path.Combine(Folder, "strato.dll")) ? "strato.dll" : "strato";
}
