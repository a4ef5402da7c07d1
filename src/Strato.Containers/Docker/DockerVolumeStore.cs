using System.Text.Json;
using System.Text.RegularExpressions;
using Strato.Client.Volumes;

namespace Strato.Containers.Docker;

/// <summary>
/// The volumes and who uses them, on disk: <c>volumes/NAME/options.json</c>, and an empty file <c>volumes/NAME/users/BOOT/ID</c> for each use. A use is a file of its own, so that
/// adding and taking away are single steps of the file system, and the last works on a full disk too. Uses of an earlier boot of the machine count for nothing.
/// </summary>
internal sealed partial class DockerVolumeStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>How a folder is named that is being made or removed; no volume's name begins so.</summary>
    private const string Unfinished = ".";

    private readonly string folder;
    private readonly string boot;

    /// <summary>Opens the store, and removes what a crash has left.</summary>
    /// <param name="stateFolder">The plugin's folder.</param>
    /// <param name="boot">Names this boot of the machine.</param>
    public DockerVolumeStore(string stateFolder, string boot)
    {
        folder = Path.Combine(stateFolder, "volumes");
        this.boot = boot;
        Directory.CreateDirectory(folder, OwnerOnly);
        foreach (string left in Directory.GetDirectories(folder, Unfinished + "*"))
        {
            Directory.Delete(left, recursive: true);
        }

        foreach (string name in Names())
        {
            foreach (string old in Directory.GetDirectories(Path.Combine(folder, name, "users")).Where(path => Path.GetFileName(path) != boot))
            {
                Directory.Delete(old, recursive: true);
            }
        }
    }

    /// <summary>The names of all volumes.</summary>
    public IReadOnlyList<string> Names() =>
        [.. Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)!).Where(name => !name.StartsWith(Unfinished, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>A volume; null where there is none of this name.</summary>
    /// <exception cref="VolumeFailure">Its file is damaged.</exception>
    public DockerVolume? Find(string name)
    {
        DockerVolume.RequireName(name);
        string file = Path.Combine(folder, name, "options.json");
        try
        {
            using FileStream stream = File.OpenRead(file);
            return DockerVolume.Parse(name, JsonSerializer.Deserialize(stream, DockerJson.Default.DictionaryStringString));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException error)
        {
            throw new VolumeFailure(VolumeFailureKind.Internal, $"cannot read the volume {name}: {file} is damaged; remove {Path.GetDirectoryName(file)} and create the volume again", error);
        }
    }

    /// <summary>Keeps a new volume: it is there whole, or not at all.</summary>
    public void Add(DockerVolume volume)
    {
        string fresh = Path.Combine(folder, Unfinished + Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(Path.Combine(fresh, "users"), OwnerOnly);
            using (FileStream file = new(Path.Combine(fresh, "options.json"), FileMode.CreateNew))
            {
                JsonSerializer.Serialize(file, new Dictionary<string, string>(volume.Options), DockerJson.Default.DictionaryStringString);
                file.Flush(flushToDisk: true);
            }

            Directory.Move(fresh, Path.Combine(folder, volume.Name));
        }
        finally
        {
            if (Directory.Exists(fresh))
            {
                Directory.Delete(fresh, recursive: true);
            }
        }
    }

    /// <summary>Forgets a volume and its uses.</summary>
    public void Remove(string name)
    {
        string gone = Path.Combine(folder, Unfinished + Guid.NewGuid().ToString("N"));
        Directory.Move(Path.Combine(folder, name), gone);
        Directory.Delete(gone, recursive: true);
    }

    /// <summary>How many use a volume.</summary>
    public int CountUsers(string name) => Directory.Exists(Users(name)) ? Directory.GetFiles(Users(name)).Length : 0;

    /// <summary>Notes a use; one that is noted already stays.</summary>
    public void AddUser(string name, string id)
    {
        RequireId(id);
        Directory.CreateDirectory(Users(name), OwnerOnly);
        File.OpenHandle(Path.Combine(Users(name), id), FileMode.OpenOrCreate, FileAccess.Write).Dispose();
    }

    /// <summary>Takes a use away, whether or not it is noted.</summary>
    public void RemoveUser(string name, string id)
    {
        RequireId(id);
        if (Directory.Exists(Users(name)))
        {
            File.Delete(Path.Combine(Users(name), id));
        }
    }

    /// <summary>Throws where an id could not be one: it becomes a file's name.</summary>
    public static void RequireId(string id)
    {
        if (!IdForm().IsMatch(id))
        {
            throw VolumeFailure.Invalid($"the mount's ID is '{VolumeAttributes.Printable(id)}': letters, digits, _ and - only, at most 200");
        }
    }

    private string Users(string name) => Path.Combine(folder, name, "users", boot);

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,200}\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IdForm();
}
