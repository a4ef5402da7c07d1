using System.Text;
using Strato.Core;
using Strato.Posix;

namespace Strato.Publishing.Repositories;

/// <summary>Makes a repository known to a home, and unknown. Whoever does either holds the <see cref="PublisherLock"/>, but for <see cref="Prepare"/>.</summary>
internal static class RepositoryFolder
{
    /// <summary>Makes the folder that the lock and the settings go to.</summary>
    /// <exception cref="StratoException">It cannot be made.</exception>
    public static void Prepare(RepositoryPlaces places)
    {
        try
        {
            Directory.CreateDirectory(places.Folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot make {places.Name}: {error.Message.TrimEnd('.')}; choose another home with --home", error);
        }
    }

    /// <summary>Removes the work files that a dead holder of the lock left.</summary>
    public static void EmptyWork(RepositoryPlaces places)
    {
        if (Directory.Exists(places.Work))
        {
            Directory.Delete(places.Work, recursive: true);
        }
    }

    /// <summary>Puts the settings in place, whole or not at all, even where the power fails. From then on the home has the repository.</summary>
    /// <exception cref="StratoException">They cannot be written.</exception>
    public static void WriteSettings(RepositoryPlaces places, byte[] settings)
    {
        string temporary = $"{places.Settings}.new";
        try
        {
            using (FileStream file = new(temporary, FileMode.Create, FileAccess.Write))
            {
                file.Write(settings);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, places.Settings, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new StratoException($"cannot write the settings {places.Settings}: {error.Message.TrimEnd('.')}; make room or choose another home with --home", error);
        }

        SyncFolder(places.Folder);
    }

    /// <summary>
    /// Removes what publishing goes by; the settings go first, and with them the repository from the home. What tells of the past, such as the audit
    /// log, stays.
    /// </summary>
    public static void Remove(RepositoryPlaces places)
    {
        File.Delete(places.Settings);
        SyncFolder(places.Folder);
        EmptyWork(places);
        if (Directory.Exists(places.Index))
        {
            Directory.Delete(places.Index, recursive: true);
        }

        File.Delete(places.Checkout);
        File.Delete(places.Lock);
        if (!Directory.EnumerateFileSystemEntries(places.Folder).Any())
        {
            Directory.Delete(places.Folder);
        }
    }

    private static void SyncFolder(string folder)
    {
        byte[] path = Encoding.UTF8.GetBytes(folder);
        PosixFile.Open(null, path, OpenFlags.Directory, out FileDescriptor? directory).ThrowIfFailed("open the repository's folder", path);
        using (directory)
        {
            Durability.Sync(directory!).ThrowIfFailed("write the repository's folder to disk", path);
        }
    }
}
