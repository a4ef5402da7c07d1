using System.Text;
using Strato.Client.Metrics;
using Strato.Core;
using Strato.Fuse;
using Strato.Fuse.Mounting;
using Strato.Fuse.Protocol;
using Strato.Hosting.Control;
using Strato.Hosting.Metrics;
using Strato.Posix;

namespace Strato.Client.Mounting;

/// <summary>
/// A repository, or all of them, mounted on a directory by this process, which must not touch what is below that directory. It serves until the file
/// system is unmounted, by this object or by anybody else, or until it departs for a successor.
/// </summary>
public sealed class RepositoryMount : IAsyncDisposable
{
    /// <summary>How long requests that are being served may take when the mount departs; what takes longer is the successor's.</summary>
    private static readonly TimeSpan LongestService = TimeSpan.FromSeconds(2);

    private readonly MountRequest request;
    private readonly MountParts parts;
    private readonly FuseConnection connection;
    private readonly ControlServer control;
    private readonly MountMeter meter;
    private readonly TaskCompletionSource departed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RepositoryMount(MountRequest request, MountParts parts, FuseConnection connection)
    {
        this.request = request;
        this.parts = parts;
        this.connection = connection;
        meter = new MountMeter(parts);
        MountControl commands = new(request, parts, meter, Depart);
        control = ControlServer.Start(request.ControlSocket, commands.HandleAsync);
    }

    /// <summary>What of a mount's state this build can take over from a running daemon, which compares it with its own.</summary>
    public static string StateFormat => MountState.Format;

    /// <summary>Completes when the file system has been unmounted and its last user has gone.</summary>
    public Task Ended => connection.Ended;

    /// <summary>Completes when a successor has been asked for: it starts as soon as this process has ended, which must not unmount.</summary>
    public Task Departed => departed.Task;

    /// <summary>The revision that is shown now; null for a mount of all repositories.</summary>
    public ulong? Revision => parts.Attachments.Find("")?.Attached?.Current.Number;

    /// <summary>
    /// Verifies the repository, where it is one, mounts it and serves it; or serves on what a predecessor left. When this returns the kernel has taken
    /// the mount and lookups work.
    /// </summary>
    /// <exception cref="StratoException">The repository cannot be had or trusted; nothing was mounted.</exception>
    /// <exception cref="FuseMountException">The directory cannot be mounted on.</exception>
    /// <exception cref="PosixException">What the predecessor left cannot be served, or nobody can be found to keep this mount.</exception>
    public static async Task<RepositoryMount> StartAsync(MountRequest request, CancellationToken cancellation)
    {
        MountParts opened = await MountParts.OpenAsync(request, cancellation);
        FuseConnection? serving = null;
        try
        {
            FileDescriptor device = opened.Survivors.Device ?? Mount(request);
            serving = opened.Connect(device);
            serving.Start();
            FuseNegotiation negotiated = await serving.Initialized.WaitAsync(cancellation);
            Keep(request, opened, serving, device, in negotiated);
            opened.Begin(serving);
            return new RepositoryMount(request, opened, serving);
        }
        catch when (request.Inheritance is null)
        {
            if (serving is not null)
            {
                FuseMount.Unmount(request.Directory, detach: true);
                await serving.Ended;
                serving.Dispose();
            }

            // What a predecessor left is the next successor's: this process ends with its copies, and nothing is unmounted.
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

    /// <summary>Lets everything go. The file system must have ended, or be a successor's.</summary>
    public async ValueTask DisposeAsync()
    {
        await control.DisposeAsync();
        meter.Dispose();
        if (!Departed.IsCompleted)
        {
            request.Keeper?.Leave();
        }

        connection.Dispose();
        await parts.DisposeAsync();
    }

    private static FileDescriptor Mount(MountRequest request)
    {
        FuseMountOptions options = new()
        {
            Source = Encoding.UTF8.GetBytes(request.Repository ?? "strato"),
            AllowOther = PosixProcess.EffectiveUserId == 0,
            DefaultPermissions = request.Configuration.CheckPermissions,
        };
        return FuseMount.Mount(request.Directory, options);
    }

    /// <summary>Has somebody keep the mount. Without RESEND a successor could not answer what this process had read: then nobody does.</summary>
    private static void Keep(MountRequest request, MountParts opened, FuseConnection serving, FileDescriptor device, in FuseNegotiation negotiated)
    {
        if (request.Keeper is { } keeper && negotiated.Has(FuseInitFlags.HasResend))
        {
            opened.Survivors.File.SetNegotiation(in negotiated);
            opened.Survivors.KeepIn(keeper, device);
            keeper.Serving(serving);
            keeper.Commit();
        }
    }

    private void Depart(string program)
    {
        if (request.Keeper is not { } keeper || !connection.Initialized.Result.Has(FuseInitFlags.HasResend))
        {
            throw new StratoException("this mount has no holder and cannot change its daemon: unmount it and mount it again");
        }

        keeper.Depart(program);
        connection.Withdraw(LongestService);
        departed.TrySetResult();
    }
}
