using System.Text;
using Strato.Client.Metrics;
using Strato.Core;
using Strato.Fuse;
using Strato.Fuse.Mounting;
using Strato.Hosting.Control;
using Strato.Hosting.Metrics;
using Strato.Posix;

namespace Strato.Client.Mounting;

/// <summary>
/// A repository, or all of them, mounted on a directory by this process, which must not touch what is below that directory. It serves until the file
/// system is unmounted, by this object or by anybody else.
/// </summary>
public sealed class RepositoryMount : IAsyncDisposable
{
    private readonly MountRequest request;
    private readonly MountParts parts;
    private readonly FuseConnection connection;
    private readonly ControlServer control;
    private readonly MountMeter meter;

    private RepositoryMount(MountRequest request, MountParts parts, FuseConnection connection)
    {
        this.request = request;
        this.parts = parts;
        this.connection = connection;
        meter = new MountMeter(parts);
        MountControl commands = new(request, parts, meter);
        control = ControlServer.Start(request.ControlSocket, commands.HandleAsync);
    }

    /// <summary>Completes when the file system has been unmounted and its last user has gone.</summary>
    public Task Ended => connection.Ended;

    /// <summary>The revision that is shown now; null for a mount of all repositories.</summary>
    public ulong? Revision => parts.Attachments.Find("")?.Attached?.Current.Number;

    /// <summary>
    /// Verifies the repository, where it is one, mounts it and serves it. When this returns the kernel has taken the mount and lookups work.
    /// </summary>
    /// <exception cref="StratoException">The repository cannot be had or trusted; nothing was mounted.</exception>
    /// <exception cref="FuseMountException">The directory cannot be mounted on.</exception>
    public static async Task<RepositoryMount> StartAsync(MountRequest request, CancellationToken cancellation)
    {
        MountParts opened = await MountParts.OpenAsync(request, cancellation);
        FuseConnection? serving = null;
        try
        {
            FuseMountOptions options = new()
            {
                Source = Encoding.UTF8.GetBytes(request.Repository ?? "strato"),
                AllowOther = PosixProcess.EffectiveUserId == 0,
                DefaultPermissions = request.Configuration.CheckPermissions,
            };
            serving = opened.Connect(FuseMount.Mount(request.Directory, options));
            serving.Start();
            await serving.Initialized.WaitAsync(cancellation);
            opened.Begin(serving);
            return new RepositoryMount(request, opened, serving);
        }
        catch
        {
            if (serving is not null)
            {
                FuseMount.Unmount(request.Directory, detach: true);
                await serving.Ended;
                serving.Dispose();
            }

            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>A page of everything that is measured; the caller disposes of it before this object.</summary>
    public MetricsPage OpenMetrics() => meter.OpenPage();

    /// <summary>Unmounts, also where somebody uses the mount: it disappears from the tree and ends with its last user.</summary>
    public void Unmount()
    {
        try
        {
            FuseMount.Unmount(request.Directory, detach: true);
        }
        catch (FuseMountException error) when (error.Errno == Errno.EINVAL)
        {
            // Somebody else unmounted it just now.
        }
    }

    /// <summary>Lets everything go. The file system must have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await control.DisposeAsync();
        meter.Dispose();
        connection.Dispose();
        await parts.DisposeAsync();
    }
}
