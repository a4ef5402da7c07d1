using System.Text;
using Strato.Posix;

namespace Strato.Client.Volumes;

/// <summary>Brings a volume to a directory and takes it away again: attaches, opens by descriptor, bind-mounts.</summary>
public sealed class VolumePublisher(VolumeOptions options, NamespaceMount mount, PrivateAttachments privates, RepositoryAllowList allowed)
{
    /// <summary>Publishes. Gives false where the same was published there before.</summary>
    public async Task<bool> PublishAsync(string targetPath, VolumeAttributes attributes, VolumeSecrets secrets, MountAttributes restrictions, CancellationToken limit)
    {
        allowed.Require(attributes.Repository);
        if (attributes.Repository is null && (secrets.Token is not null || secrets.PublicKey is not null || secrets.Settings.Count > 0))
        {
            throw VolumeFailure.Invalid("a volume of all repositories takes no Secret: add the attribute repository");
        }

        RequireOutside(targetPath);
        if (attributes.Repository is not { } repository)
        {
            return Mount(targetPath, null, "", restrictions);
        }

        List<string> settings = [.. Configured(attributes), .. secrets.Settings];
        if (settings.Count == 0 && secrets is { Token: null, PublicKey: null })
        {
            return Mount(targetPath, await mount.AttachAsync(repository, [], limit), attributes.Path, restrictions);
        }

        return await privates.KeepingAsync(
            async () =>
            {
                List<string> files = [];
                foreach ((string parameter, string? content) in new[] { ("STRATO_TOKEN_FILE", secrets.Token), ("CVMFS_PUBLIC_KEY", secrets.PublicKey) })
                {
                    if (content is not null)
                    {
                        files.Add(privates.Save(content));
                        settings.Add($"{parameter}={files[^1]}");
                    }
                }

                string name = await mount.AttachAsync(repository, settings, limit);
                privates.Remember(name, files);
                return Mount(targetPath, name, attributes.Path, restrictions);
            },
            limit);
    }

    /// <summary>Unpublishes, whether or not anything is there, without asking anybody who could hang.</summary>
    public bool Unpublish(string targetPath)
    {
        RequireOutside(targetPath);
        IReadOnlyList<MountEntry> gone = PublishTarget.Parse(targetPath, "target_path", makesParent: false).Unmount();
        if (gone.Any(entry => entry.Root.AsSpan().StartsWith("/."u8)))
        {
            privates.RequestSweep();
        }

        return gone.Count > 0;
    }

    private bool Mount(string targetPath, string? name, string path, MountAttributes restrictions)
    {
        if (name is null)
        {
            // Where nothing is mounted, an empty directory would be shown. A repository's name would not be found there.
            mount.Require();
        }

        PublishTarget target = PublishTarget.Parse(targetPath, "target_path", makesParent: true);
        (FileDescriptor place, byte[] root) = mount.Open(name, path);
        using (place)
        {
            return target.Mount(place, root, mount.Require, restrictions);
        }
    }

    private IReadOnlyList<string> Configured(VolumeAttributes attributes)
    {
        if (attributes.ConfigurationFile is not { } file)
        {
            return attributes.Settings;
        }

        string folder = options.ConfigurationFolder?.TrimEnd('/')
            ?? throw VolumeFailure.Invalid("this driver has no folder of client configurations (--client-configs): use the attribute clientConfig");
        bool isInside = PosixPath.Resolve(Encoding.UTF8.GetBytes(file), out byte[] resolved) == Errno.None
            && PosixPath.Resolve(Encoding.UTF8.GetBytes(folder), out byte[] inside) == Errno.None
            && resolved.AsSpan().StartsWith((byte[])[.. inside, (byte)'/'])
            && File.Exists(file);
        return isInside
            ? [.. attributes.Settings, .. ClientConfiguration.Parse(File.ReadAllText(file))]
            : throw new VolumeFailure(VolumeFailureKind.NotFound, $"there is no client configuration {VolumeAttributes.Printable(file)} in {folder} on node {options.NodeName}");
    }

    private void RequireOutside(string targetPath)
    {
        if ((targetPath.TrimEnd('/') + "/").StartsWith(options.MountDirectory.TrimEnd('/') + "/", StringComparison.Ordinal))
        {
            throw VolumeFailure.Invalid($"target_path lies in {options.MountDirectory}, where the repositories themselves are mounted");
        }
    }
}
