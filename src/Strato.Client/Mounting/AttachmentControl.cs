using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Strato.Client.Attachments;
using Strato.Client.Revisions;
using Strato.Core;
using Strato.Core.Configuration;
using Strato.Hosting.Control;
using Strato.Posix;

namespace Strato.Client.Mounting;

/// <summary>
/// What can be asked of a mount's attachments. Those of a mount of all repositories go by the names below its directory; that of a mount of one needs
/// no name.
/// </summary>
internal sealed class AttachmentControl
{
    /// <summary>Takes a revision that is older than one already seen.</summary>
    private const string AcceptOlder = "--accept-older";

    /// <summary>Bytes of chance in a private name: nobody guesses it.</summary>
    private const int SecretLength = 16;

    /// <summary>Settings that the identity has in a form of their own.</summary>
    private static readonly string[] IdentitySettings =
        ["CVMFS_REPOSITORY_TAG", "CVMFS_ROOT_HASH", "CVMFS_REPOSITORY_DATE", "STRATO_REPOSITORY_REVISION", "STRATO_REPOSITORY_BRANCH", "STRATO_TOKEN_FILE"];

    private readonly MountRequest request;
    private readonly MountParts parts;
    private readonly Lock making = new();

    public AttachmentControl(MountRequest request, MountParts parts)
    {
        this.request = request;
        this.parts = parts;
    }

    /// <summary><c>revision [NAME]</c></summary>
    public ControlReply Revision(IReadOnlyList<string> names)
    {
        Revision shown = Attached(names).Current;
        return MountControl.Reply(shown.Number.ToString(CultureInfo.InvariantCulture), ReportOf(shown), MountJson.Default.RevisionReport);
    }

    /// <summary>
    /// The attachment that a path leads into, and the path below its root, beginning with a slash and empty for the root itself. A person may write
    /// the path with the mount's directory before it.
    /// </summary>
    public (Attachment Attachment, string Path) Locate(string path)
    {
        string directory = Encoding.UTF8.GetString(request.Directory);
        string inside = path.StartsWith(directory + "/", StringComparison.Ordinal) ? path[directory.Length..] : path;
        inside = "/" + string.Join('/', inside.Split('/', StringSplitOptions.RemoveEmptyEntries));
        if (request.Repository is not null)
        {
            return (Attached([]), inside.TrimEnd('/'));
        }

        int end = inside.IndexOf('/', 1);
        return end < 0 ? (Attached([inside[1..]]), "") : (Attached([inside[1..end]]), inside[end..]);
    }

    /// <summary><c>remount [NAME] [--accept-older]</c>: looks for a newer revision, and tries again to attach what was refused.</summary>
    public async Task<ControlReply> RemountAsync(IReadOnlyList<string> words, CancellationToken cancellation)
    {
        bool acceptsOlder = words.Contains(AcceptOlder);
        string[] names = [.. words.Where(word => word is not AcceptOlder and not "sync")];
        if (request.Repository is null && names.Length == 0)
        {
            return await RemountAllAsync(acceptsOlder, cancellation);
        }

        AttachmentPlace place = PlaceOf(names);
        if (place.Session is not { } session)
        {
            place.ForgetRefusal();
            Revision attached = (await AttachedAsync(place, acceptsOlder, cancellation)).Current;
            return MountControl.Reply($"revision {attached.Number} is attached now", ReportOf(attached), MountJson.Default.RevisionReport);
        }

        if (session.Watcher is not { } watcher)
        {
            throw new StratoException($"{place.Identity.Repository} is pinned ({RevisionPin.Of(session.Attachment.Facts.Configuration)}) and does not move");
        }

        ulong before = session.Attachment.Current.Number;
        Revision shown = await watcher.RefreshAsync(acceptsOlder, cancellation);
        string text = shown.Number == before ? $"revision {before} is the newest" : $"revision {shown.Number} is shown now, after {before}";
        return MountControl.Reply(text, ReportOf(shown), MountJson.Default.RevisionReport);
    }

    /// <summary>
    /// <c>attach REPOSITORY [NAME=VALUE ...]</c>: with parameters, under a name that cannot be guessed and that is the answer; the same parameters
    /// give the same name again.
    /// </summary>
    public async Task<ControlReply> AttachAsync(string repository, IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        if (request.Repository is not null)
        {
            throw new StratoException($"cannot attach {repository}: this mount shows {request.Repository} alone; mount with --all");
        }

        AttachmentPlace place = settings.Count == 0 ? Default(repository) : await PrivateAsync(repository, [.. settings.Order(StringComparer.Ordinal)], cancellation);
        place.ForgetRefusal();
        try
        {
            Revision shown = (await AttachedAsync(place, acceptsOlder: false, cancellation)).Current;
            return MountControl.Reply(place.Name, new AttachReport(place.Name, shown.Number, shown.RootHash.ToString()), MountJson.Default.AttachReport);
        }
        catch (StratoException) when (place.IsPrivate && place.State == AttachmentState.Refused)
        {
            place.ForgetRefusal();
            parts.Attachments.TryForget(place);
            throw;
        }
    }

    /// <summary><c>detach NAME</c>: lets go of what nobody uses; a private name is gone then.</summary>
    public async Task<ControlReply> DetachAsync(string name, CancellationToken cancellation)
    {
        AttachmentPlace place = PlaceOf([name]);
        if (place.Attached is not null && !await parts.Idle.TryDetachAsync(place, cancellation))
        {
            throw new StratoException(
                $"cannot detach {name}: it is in use by open files, working directories or bind mounts, or the kernel still keeps names of it in memory");
        }

        if (place.IsPrivate)
        {
            parts.Attachments.TryForget(place);
        }

        return ControlReply.Success($"{name} is detached");
    }

    private static RevisionReport ReportOf(Revision shown) => new(shown.Number, shown.RootHash.ToString());

    private static string Digest(IEnumerable<string> settings)
    {
        string text = string.Join('\0', settings);
        return text.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private async Task<ControlReply> RemountAllAsync(bool acceptsOlder, CancellationToken cancellation)
    {
        if (acceptsOlder)
        {
            throw new StratoException($"name the repository of which an older revision is to be accepted: talk {Encoding.UTF8.GetString(request.Directory)} remount NAME {AcceptOlder}");
        }

        List<string> lines = [];
        foreach (AttachmentPlace place in parts.Attachments.Places.Where(place => place.Session?.Watcher is not null).OrderBy(place => place.Name, StringComparer.Ordinal))
        {
            try
            {
                lines.Add($"{place.Name}: {(await RemountAsync([place.Name], cancellation)).Text}");
            }
            catch (StratoException error)
            {
                lines.Add($"{place.Name}: {error.Message}");
            }
        }

        return ControlReply.Success(lines.Count > 0 ? string.Join('\n', lines) : "nothing is attached that moves");
    }

    private AttachmentPlace PlaceOf(IReadOnlyList<string> names) => (request.Repository, names) switch
    {
        ({ } repository, []) => PlaceOf("", repository),
        ({ } repository, [var name]) when name == repository => PlaceOf("", repository),
        (null, [var name]) => PlaceOf(name, name),
        (null, []) => throw new StratoException("say which repository: this mount shows all"),
        ({ } repository, _) => throw new StratoException($"this mount shows {repository} alone"),
        _ => throw new StratoException("say one repository at a time"),
    };

    private AttachmentPlace PlaceOf(string name, string shown) =>
        parts.Attachments.Find(name) ?? throw new StratoException($"{shown} is not attached here and was not asked for lately");

    /// <summary>What is attached under a name; no name is needed where the mount shows one repository.</summary>
    public Attachment Attached(IReadOnlyList<string> names)
    {
        AttachmentPlace place = PlaceOf(names);
        return place.Attached ?? throw new StratoException($"{place.Identity.Repository} is not attached now{(place.Refusal is { } reason ? $": {reason}" : "")}");
    }

    private async Task<Attachment> AttachedAsync(AttachmentPlace place, bool acceptsOlder, CancellationToken cancellation)
    {
        await parts.Attachments.AttachAsync(place, acceptsOlder).WaitAsync(cancellation);
        return place.Attached ?? throw (place.Refusal is { } refusal && place.RefusalErrno == Errno.ENOENT
            ? new UnknownRepositoryException(refusal)
            : new StratoException(place.Refusal ?? $"{place.Identity.Repository} was detached again"));
    }

    private AttachmentPlace Default(string repository) =>
        parts.Attachments.Find(Encoding.UTF8.GetBytes(repository)) ?? throw new StratoException($"cannot attach {repository}: that is no repository's name");

    private async Task<AttachmentPlace> PrivateAsync(string repository, string[] settings, CancellationToken cancellation)
    {
        RepositoryConfiguration configuration = await parts.Opener.FindAsync(repository, settings, cancellation);
        string digest = Digest(settings.Where(setting => !IdentitySettings.Contains(setting.Split('=')[0])));
        AttachmentIdentity identity = new(configuration.Name, RevisionPin.Of(configuration).ToString(), digest, configuration.TokenFile is { } token ? AccessToken.Read(token).Digest : "");
        lock (making)
        {
            if (parts.Attachments.Places.FirstOrDefault(place => place.IsPrivate && place.Identity == identity) is { } known)
            {
                return known;
            }

            string name = $".{configuration.Name}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretLength))}";
            AttachmentPlace place = new(name, identity, settings) { IsPrivate = true };
            parts.Attachments.Add(place);
            return place;
        }
    }
}
