using System.Text;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>A copy of the program in a directory of its own, which says that it is of another version.</summary>
internal sealed class StratoBuild
{
    private const string OwnVersion = "0.1.0";

    /// <summary>Copies the program that was built with the tests.</summary>
    public StratoBuild(TemporaryHome home, string version)
    {
        Folder = home.NewFolder($"build-{version}");
        Version = version;
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            string name = Path.GetFileName(file);
            if (name is "strato" || name.EndsWith(".dll", StringComparison.Ordinal) || name.StartsWith("strato.", StringComparison.Ordinal))
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
        byte[] assembly = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "strato.dll"));
        byte[] from = Encoding.UTF8.GetBytes(OwnVersion);
        byte[] to = Encoding.UTF8.GetBytes(version);
        Assert.Equal(from.Length, to.Length);
        int replaced = 0;
        for (int index = assembly.AsSpan().IndexOf(from); index >= 0; index = assembly.AsSpan().IndexOf(from))
        {
            to.CopyTo(assembly, index);
            replaced++;
        }

        Assert.True(replaced > 0 || version == OwnVersion, "strato.dll says its version in other bytes");
        string fresh = Path.Combine(Folder, "strato.dll.new");
        File.WriteAllBytes(fresh, assembly);
        File.Move(fresh, Path.Combine(Folder, "strato.dll"), overwrite: true);
        Version = version;
    }
}
