using System.Globalization;
using System.Text.Json.Serialization;

namespace Strato.Client.Mounting;

/// <summary>A mount of this home, as its record file says.</summary>
/// <param name="Repository">The fully qualified name.</param>
/// <param name="Directory">The absolute path of the directory, for people; <see cref="MountRegistry"/> finds it by its bytes.</param>
/// <param name="Pid">The daemon.</param>
/// <param name="Socket">Its control socket.</param>
/// <param name="LogFile">Where it logs; empty where that is its standard error.</param>
public sealed record MountRecord(string Repository, string Directory, int Pid, string Socket, string LogFile)
{
    /// <summary>Whether the daemon runs. One that has ended counts as gone, also while nobody has waited for it (a container without an init).</summary>
    [JsonIgnore]
    public bool IsAlive
    {
        get
        {
            try
            {
                // The state is the first field after the program's name, which may hold parentheses.
                string status = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}/stat"));
                return status.AsSpan(status.LastIndexOf(')') + 2, 1) is not "Z" and not "X";
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }
}
