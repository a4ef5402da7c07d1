using Strato.Core;
using Strato.Posix;
using Strato.Publishing.Repositories;
using Strato.Publishing.Transactions;

namespace Strato.Transactions;

/// <summary>Shows transactions on this machine: with kernel overlays where the process may make them, as scratch directories otherwise.</summary>
/// <param name="home">The home of the repositories.</param>
/// <param name="error">Takes what the mount's daemon says while it starts.</param>
/// <param name="isRoot">Whether the process may mount.</param>
/// <param name="cancellation">Gives up waiting for a mount.</param>
internal sealed class TransactionViews(RepositoryHome home, TextWriter error, bool isRoot, CancellationToken cancellation) : ITransactionViews
{
    /// <summary>What shows transactions to whoever runs a command.</summary>
    public static TransactionViews Of(CommandContext context) =>
        new(new RepositoryHome(context.Home), context.Error, context.IsRoot, context.Cancellation);

    /// <inheritdoc/>
    public (TransactionViewKind Kind, string? Reason) Choose()
    {
        string? reason = !isRoot ? "only root can mount an overlay"
            : !File.Exists("/dev/fuse") ? "there is no /dev/fuse"
            : null;
        return (reason is null ? TransactionViewKind.Overlay : TransactionViewKind.Scratch, reason);
    }

    /// <inheritdoc/>
    public void Show(TransactionPlaces places, TransactionRecord record)
    {
        if (record.Kind == TransactionViewKind.Overlay && !OverlayView.IsShown(places, record))
        {
            OverlayView.Drop(places);
            LowerMount.Drop(places);
            try
            {
                OverlayView.Show(places, record, LowerMount.Make(places, record, home, error, cancellation));
            }
            finally
            {
                // The overlay keeps what it lies above; nobody needs another way there.
                LowerMount.Drop(places);
            }
        }
    }

    /// <inheritdoc/>
    public bool IsShown(TransactionPlaces places, TransactionRecord record) => record.Kind == TransactionViewKind.Overlay
        ? OverlayView.IsShown(places, record)
        : Directory.Exists(places.Changes);

    /// <inheritdoc/>
    public void Hide(TransactionPlaces places, TransactionRecord record)
    {
        if (record.Kind == TransactionViewKind.Overlay)
        {
            OverlayView.Hide(places, record);
        }
        else if (ViewUsers.Describe(places.Changes) is { } users)
        {
            throw new StratoException($"cannot publish {places.Name}: {users} uses {places.Changes}; end that and publish again, or publish with --force");
        }
    }

    /// <inheritdoc/>
    public void Drop(TransactionPlaces places, TransactionRecord? record)
    {
        OverlayView.Drop(places);
        LowerMount.Drop(places);
        if (record is { Kind: TransactionViewKind.Overlay } && record.View == home.DefaultView(places.Name))
        {
            _ = PosixPath.RemoveDirectory(null, System.Text.Encoding.UTF8.GetBytes(record.View));
        }
    }
}
