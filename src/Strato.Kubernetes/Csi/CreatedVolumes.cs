using System.Globalization;
using Strato.Client.Volumes;

namespace Strato.Kubernetes.Csi;

/// <summary>
/// Which parameters and capacity each created volume's name was used with, a small file for each: the only way to tell that a name is used for two different volumes. Losing the folder
/// loses nothing else, because ids are computed.
/// </summary>
internal sealed class CreatedVolumes(string folder)
{
    /// <summary>Notes a volume; one that fits the same request is fine. Gives its capacity in bytes.</summary>
    /// <exception cref="VolumeFailure">ALREADY_EXISTS: the name has other parameters, or a capacity that does not fit.</exception>
    public long Add(VolumeId id, long required, long most)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, id.NameDigest);
        string fresh = $"{path}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllText(fresh, string.Create(CultureInfo.InvariantCulture, $"{id.ParametersDigest} {required}"));
            File.Move(fresh, path, overwrite: false);
            return required;
        }
        catch (IOException error) when (File.Exists(path))
        {
            (string parameters, long capacity) = Read(path);
            if (parameters != id.ParametersDigest || capacity < required || (most > 0 && capacity > most))
            {
                throw new VolumeFailure(VolumeFailureKind.AlreadyExists, "a volume of this name exists with other parameters or another capacity: delete it, or choose another name", error);
            }

            return capacity;
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    /// <summary>Forgets a volume; one that is not known is none.</summary>
    public void Remove(VolumeId id)
    {
        string path = Path.Combine(folder, id.NameDigest);
        if (File.Exists(path) && Read(path).Parameters == id.ParametersDigest)
        {
            File.Delete(path);
        }
    }

    private static (string Parameters, long Capacity) Read(string path)
    {
        string[] words = File.ReadAllText(path).Split(' ');
        return (words[0], words.Length > 1 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long capacity) ? capacity : 0);
    }
}
