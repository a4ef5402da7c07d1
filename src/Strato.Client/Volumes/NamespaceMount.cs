using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Strato.Client.Mounting;
using Strato.Hosting.Control;
using Strato.Posix;

namespace Strato.Client.Volumes;

/// <summary>The mount of all repositories on this node, which processes of its own serve: its daemon is asked through its control socket.</summary>
public sealed class NamespaceMount(VolumeOptions options)
{
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(5);

    private readonly byte[] directory = Encoding.UTF8.GetBytes(options.MountDirectory);
    private readonly MountRegistry registry = new(options.Home);
    private readonly ConcurrentDictionary<string, (Task<string> Name, long Since)> lately = new(StringComparer.Ordinal);

    /// <summary>Its entry in the mount table now; null where nothing is mounted there.</summary>
    public MountEntry? Find() => MountTable.Find(directory) is { IsFuse: true } entry ? entry : null;

    /// <summary>Its entry.</summary>
    /// <exception cref="VolumeFailure">UNAVAILABLE: nothing is mounted.</exception>
    public MountEntry Require() => Find()
        ?? throw new VolumeFailure(
            VolumeFailureKind.Unavailable, $"no repositories are mounted on node {options.NodeName}: 'strato mount --all {options.MountDirectory}' has to run there and has not begun or has failed, see its log");

    /// <summary>
    /// Attaches a repository; gives its name below the directory. Where many ask at once the client is asked once, and not again for some seconds: a repository that
    /// was detached meanwhile is attached when it is looked up.
    /// </summary>
    /// <exception cref="VolumeFailure">NOT_FOUND for one that there is not, else UNAVAILABLE, with the client's reason.</exception>
    public async Task<string> AttachAsync(string repository, IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        if (settings.Count > 0)
        {
            return await AskAttachAsync(repository, settings, cancellation);
        }

        (Task<string> Name, long Since) asked = lately.AddOrUpdate(
            repository, _ => Begin(repository), (_, before) => before.Name.IsFaulted || before.Name.IsCanceled || Stopwatch.GetElapsedTime(before.Since) > Lately ? Begin(repository) : before);
        return await asked.Name.WaitAsync(cancellation);
    }

    /// <summary>Lets go of an attachment; false while the kernel still keeps names of it.</summary>
    public async Task<bool> TryDetachAsync(string name, CancellationToken cancellation)
    {
        ControlReply reply = await ControlClient.AskAsync(Socket(), new ControlRequest("detach", [name]), cancellation);
        return reply.Error is null;
    }

    /// <summary>The names of all attachments that have parameters of their own.</summary>
    public async Task<HashSet<string>> PrivateNamesAsync(CancellationToken cancellation)
    {
        ControlReply reply = await AskAsync("list the attachments", "status", [], cancellation);
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JsonElement attachment in reply.Data!.Value.GetProperty("attachments").EnumerateArray())
        {
            names.Add(attachment.GetProperty("name").GetString()!);
        }

        return names;
    }

    /// <summary>Opens a directory of an attachment; gives also how the mount table names it.</summary>
    /// <param name="name">The attachment's name below the mount; null for the mount itself.</param>
    /// <param name="path">Below the attachment's root; empty for that.</param>
    public (FileDescriptor Place, byte[] Root) Open(string? name, string path)
    {
        PosixFile.Open(null, directory, OpenFlags.Path | OpenFlags.Directory, out FileDescriptor? all).ThrowIfFailed("open", directory);
        if (name is null)
        {
            return (all!, "/"u8.ToArray());
        }

        using (all)
        {
            Errno errno = DetachedMounts.OpenBeneath(all!, Encoding.UTF8.GetBytes(name), out FileDescriptor? root);
            if (errno != Errno.None)
            {
                throw new VolumeFailure(VolumeFailureKind.Unavailable, $"cannot open the repository at {options.MountDirectory}: {errno.Describe()}; the client's log says why");
            }

            if (path.Length == 0)
            {
                return (root!, Encoding.UTF8.GetBytes("/" + name));
            }

            using (root)
            {
                errno = DetachedMounts.OpenBeneath(root!, Encoding.UTF8.GetBytes(path), out FileDescriptor? place);
                return errno switch
                {
                    Errno.None => (place!, RootOf(place!)),
                    Errno.ENOENT or Errno.ENOTDIR => throw new VolumeFailure(
                        VolumeFailureKind.NotFound, $"the repository has no directory {VolumeAttributes.Printable(path)}: correct the volume's attribute path, or its tag, revision or hash"),
                    Errno.EXDEV or Errno.ELOOP => throw VolumeFailure.Invalid(
                        $"{VolumeAttributes.Printable(path)} leads out of the repository through a symbolic link: name the directory itself with the volume's attribute path"),
                    _ => throw new VolumeFailure(VolumeFailureKind.Unavailable, $"cannot open {VolumeAttributes.Printable(path)} in the repository: {errno.Describe()}; the client's log says why"),
                };
            }
        }
    }

    /// <summary>Symbolic links may have led elsewhere: the kernel says where a descriptor is.</summary>
    private byte[] RootOf(FileDescriptor place)
    {
        byte[] buffer = new byte[4096];
        byte[] name = Encoding.ASCII.GetBytes($"/proc/self/fd/{place.Value}");
        PosixPath.ReadLink(null, name, buffer, out int length).ThrowIfFailed("read", name);
        return buffer[directory.Length..length];
    }

    private (Task<string> Name, long Since) Begin(string repository) =>
        (Task.Run(() => AskAttachAsync(repository, [], CancellationToken.None).WaitAsync(options.Limit)), Stopwatch.GetTimestamp());

    private async Task<string> AskAttachAsync(string repository, IReadOnlyList<string> settings, CancellationToken cancellation) =>
        (await AskAsync($"attach {repository}", "attach", [repository, .. settings], cancellation)).Text!;

    private async Task<ControlReply> AskAsync(string what, string command, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        Require();
        try
        {
            ControlReply reply = await ControlClient.AskAsync(Socket(), new ControlRequest(command, arguments), cancellation);
            bool isUnknown = reply.Data is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty("reason", out JsonElement reason) && reason.ValueEquals(ControlRefusal.UnknownRepository);
            return reply.Error is null ? reply : throw new VolumeFailure(isUnknown ? VolumeFailureKind.NotFound : VolumeFailureKind.Unavailable, $"cannot {what} on node {options.NodeName}: {reply.Error}");
        }
        catch (Exception error) when (error is IOException or TimeoutException)
        {
            throw new VolumeFailure(VolumeFailureKind.Unavailable, $"cannot {what} on node {options.NodeName}: the client is being replaced or hangs ({error.Message}); it is tried again by itself", error);
        }
    }

    // By the directory's name alone: looking at the directory would be a request to a daemon that may hang.
    private string Socket() => registry.SocketOf(directory);
}
