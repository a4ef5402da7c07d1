using Strato.Client.Mounting;

namespace Strato.Client.Attachments;

/// <summary>
/// What a repository's servers have to tell, into the log once the repository is attached. Where it is not, the one line that refuses it says
/// what was wrong. Safe on all threads.
/// </summary>
internal sealed class ServerNotices(string repository, ClientLog log)
{
    private readonly Lock gate = new();
    private List<string>? held = [];

    public void Tell(string line)
    {
        lock (gate)
        {
            if (held is null)
            {
                log.ServersNotice(repository, line);
            }
            else
            {
                held.Add(line);
            }
        }
    }

    /// <summary>The repository is attached.</summary>
    public void Begin()
    {
        lock (gate)
        {
            List<string> earlier = held ?? [];
            held = null;
            earlier.ForEach(line => log.ServersNotice(repository, line));
        }
    }
}
