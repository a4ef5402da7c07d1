using System.Globalization;
using System.Text;
using Strato.Core;
using Strato.Posix;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Transactions;

/// <summary>
/// The directories of a view whose changes nobody wants to keep. They go with it; those of a process that was killed go with the next one. Whoever works in the view holds
/// a lock on them.
/// </summary>
public sealed class ThrowawayView : IDisposable
{
    private const string Prefix = "enter-";

    private ThrowawayView(TransactionPlaces places, TransactionRecord record, FileDescriptor held)
    {
        Places = places;
        Record = record;
        Lock = held;
    }

    /// <summary>Where everything is.</summary>
    public TransactionPlaces Places { get; }

    /// <summary>What is shown where; it is written nowhere.</summary>
    public TransactionRecord Record { get; }

    /// <summary>Open as long as this is; programs that work in the view are to have it open, too.</summary>
    public FileDescriptor Lock { get; }

    /// <summary>Makes the directories for a view of what the repository shows now.</summary>
    /// <param name="repository">Its name.</param>
    /// <param name="view">The directory that becomes the view; null for one that goes with it.</param>
    /// <param name="context">The home and who is told.</param>
    /// <exception cref="StratoException">There is no such repository, or no room.</exception>
    public static ThrowawayView Make(string repository, string? view, OperationContext context)
    {
        using RepositoryView now = RepositoryView.Open(repository, context);
        RepositoryPlaces home = context.Home.Places(repository);
        RemoveForgotten(home);
        string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
        TransactionPlaces places = new(home, name);
        Directory.CreateDirectory(places.Folder);
        FileDescriptor held = Open(places.Folder);
        try
        {
            PosixFile.Lock(held, FileLock.Exclusive, wait: false).ThrowIfFailed("lock", Encoding.UTF8.GetBytes(places.Folder));
            string shown = view is null ? Path.Combine(places.Folder, "view") : Path.GetFullPath(view);
            foreach (string folder in (string[])[places.Changes, places.OverlayWork, places.Lower])
            {
                Directory.CreateDirectory(folder);
            }

            if (view is null)
            {
                Directory.CreateDirectory(shown);
            }

            return new ThrowawayView(places, Describe(now, shown, context), held);
        }
        catch
        {
            held.Dispose();
            _ = DirectoryRemoval.Run(Encoding.UTF8.GetBytes(places.Folder));
            throw;
        }
    }

    /// <summary>Removes everything. Nothing may be mounted there any more.</summary>
    public void Dispose()
    {
        _ = DirectoryRemoval.Run(Encoding.UTF8.GetBytes(Places.Folder));
        Lock.Dispose();
    }

    private static TransactionRecord Describe(RepositoryView now, string view, OperationContext context) => new()
    {
        Stage = TransactionStage.Opening,
        Path = "/",
        Kind = TransactionViewKind.Overlay,
        View = view,
        RootCatalog = now.Manifest.RootCatalog.ToString(),
        Revision = now.Manifest.Revision,
        ShownCatalog = now.Manifest.RootCatalog.ToString(),
        Opened = context.Clock.GetUtcNow(),
        OpenedBy = Environment.UserName,
    };

    private static void RemoveForgotten(RepositoryPlaces home)
    {
        foreach (string folder in Directory.GetDirectories(home.Folder, Prefix + "*"))
        {
            using FileDescriptor directory = Open(folder);
            if (PosixFile.Lock(directory, FileLock.Exclusive, wait: false) == Errno.None)
            {
                _ = DirectoryRemoval.Run(Encoding.UTF8.GetBytes(folder));
            }
        }
    }

    private static FileDescriptor Open(string folder)
    {
        byte[] path = Encoding.UTF8.GetBytes(folder);
        PosixFile.Open(null, path, OpenFlags.ReadOnly | OpenFlags.Directory, out FileDescriptor? directory).ThrowIfFailed("open", path);
        return directory!;
    }
}
