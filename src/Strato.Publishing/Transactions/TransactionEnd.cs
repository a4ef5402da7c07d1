using System.Text;
using Strato.Posix;

namespace Strato.Publishing.Transactions;

/// <summary>Removes what belongs to a transaction that is over. What cannot be removed yet is moved aside, and tried again by the next operation.</summary>
internal static class TransactionEnd
{
    private const int MaximumRemains = 1000;

    /// <summary>Removes everything, with the record first.</summary>
    /// <param name="places">Where it is.</param>
    /// <param name="record">What the record said; null where there was none, or none that could be read.</param>
    /// <param name="views">Take the view away.</param>
    /// <param name="warn">Told what stays for now.</param>
    public static void Run(TransactionPlaces places, TransactionRecord? record, ITransactionViews views, Action<string> warn)
    {
        TransactionState.Remove(places);
        views.Drop(places, record);
        RemoveFolder(places, warn);
        RemoveRemains(places, warn);
    }

    /// <summary>Removes what an operation left that was killed: a folder without a record, and what was moved aside.</summary>
    public static void RemoveLeftovers(TransactionPlaces places, ITransactionViews views, Action<string> warn)
    {
        if (Directory.Exists(places.Folder) && !File.Exists(places.Record))
        {
            views.Drop(places, null);
            RemoveFolder(places, warn);
        }

        RemoveRemains(places, warn);
    }

    private static void RemoveFolder(TransactionPlaces places, Action<string> warn)
    {
        if (TryRemove(places.Folder) is not { } reason)
        {
            return;
        }

        for (int number = 0; number < MaximumRemains; number++)
        {
            Errno errno = PosixPath.Rename(null, Encoding.UTF8.GetBytes(places.Folder), null, Encoding.UTF8.GetBytes(places.Remains(number)), replace: false);
            if (errno == Errno.None)
            {
                warn($"{places.Remains(number)} stays for now: {reason}; the next transaction removes it");
                return;
            }
        }

        warn($"{places.Folder} stays for now: {reason}; the next transaction removes it");
    }

    private static void RemoveRemains(TransactionPlaces places, Action<string> warn)
    {
        string pattern = Path.GetFileName(places.Remains(0)).TrimEnd('0') + "*";
        foreach (string folder in Directory.GetDirectories(Path.GetDirectoryName(places.Folder)!, pattern))
        {
            if (TryRemove(folder) is { } reason)
            {
                warn($"{folder} stays for now: {reason}");
            }
        }
    }

    // Why it could not be removed; null where it is gone.
    private static string? TryRemove(string folder)
    {
        Errno errno = DirectoryRemoval.Run(Encoding.UTF8.GetBytes(folder));
        return errno == Errno.None ? null : errno.Describe();
    }
}
