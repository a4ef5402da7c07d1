using System.Security.Cryptography;
using System.Text;

namespace Strato.Testing.Golden;

/// <summary>
/// A copy of a golden repository as a genuine server has it: storage, keys, and settings that say where both are. Disposing removes it.
/// </summary>
public sealed class GoldenServer : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Makes the copy.</summary>
    public GoldenServer(GoldenRepository golden)
    {
        Golden = golden;
        golden.CopyStorage(Storage);
        Directory.CreateDirectory(Keys);
        Directory.CreateDirectory(Configuration);
        Directory.CreateDirectory(Spool);
        foreach (string ending in (ReadOnlySpan<string>)["pub", "masterkey", "crt", "key"])
        {
            File.Copy(golden.Key(ending), Key(ending));
        }

        File.Copy(Path.Combine(golden.Folder, "server.conf"), SettingsFile);
        Set("CVMFS_UPSTREAM_STORAGE", $"local,{Storage}/data/txn,{Storage}");
        Set("CVMFS_SPOOL_DIR", Spool);
        File.WriteAllText(Path.Combine(Configuration, "client.conf"), $"CVMFS_PUBLIC_KEY={Key("pub")}\n");
    }

    public GoldenRepository Golden { get; }

    public string Storage => folder["srv"];

    public string Keys => folder["keys"];

    public string Configuration => folder["config"];

    public string SettingsFile => Path.Combine(Configuration, "server.conf");

    public string Spool => folder["spool"];

    /// <summary>A file or folder beside them.</summary>
    public string this[string name] => folder[name];

    /// <summary>A key file by its ending.</summary>
    public string Key(string ending) => Path.Combine(Keys, $"{Golden.Name}.{ending}");

    /// <summary>Adds a line to the settings, which takes the place of what they said before.</summary>
    public void Set(string name, string value) => File.AppendAllText(SettingsFile, $"{name}={value}\n");

    /// <summary>What tells whether anything of it was changed: every name, and each file's time and content.</summary>
    public string Fingerprint()
    {
        StringBuilder all = new();
        foreach (FileSystemInfo entry in new DirectoryInfo(folder.Path).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            bool isOurs = new[] { Storage, Keys, Configuration, Spool }.Any(part => entry.FullName.StartsWith(part, StringComparison.Ordinal));
            if (isOurs)
            {
                // A lock that came and went leaves the time of its folder changed.
                string content = entry is FileInfo file ? $" {file.LastWriteTimeUtc.Ticks} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file.FullName)))}" : "/";
                all.Append(entry.FullName).Append(content).Append('\n');
            }
        }

        return all.ToString();
    }

    public void Dispose() => folder.Dispose();
}
