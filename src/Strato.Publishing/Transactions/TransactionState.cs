using System.Text;
using System.Text.Json;
using Strato.Core;
using Strato.Posix;
using Strato.Storage;

namespace Strato.Publishing.Transactions;

/// <summary>Reads and writes the record of a repository's transaction. Who writes holds the publisher's lock.</summary>
internal static class TransactionState
{
    private const int MaximumLength = 1 << 20;

    /// <summary>The record; null where there is no transaction.</summary>
    /// <exception cref="StratoException">There is one, but its record is damaged.</exception>
    public static TransactionRecord? Read(TransactionPlaces places)
    {
        string path = places.Record;
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            byte[] text = new FileInfo(path).Length <= MaximumLength ? File.ReadAllBytes(path) : [];
            return JsonSerializer.Deserialize(text, TransactionJson.Default.TransactionRecord) ?? throw new JsonException();
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new StratoException(
                $"the record of the transaction of {places.Name}, {path}, cannot be read; save what you need from {places.Changes}, then run: strato abort {places.Name}",
                error);
        }
    }

    /// <summary>Puts a record in the place of the one before, so that it outlasts a loss of power.</summary>
    public static void Write(TransactionPlaces places, TransactionRecord record)
    {
        byte[] folder = Encoding.UTF8.GetBytes(places.Folder);
        PosixFile.Open(null, folder, OpenFlags.ReadOnly | OpenFlags.Directory, out FileDescriptor? directory).ThrowIfFailed("open", folder);
        using (directory)
        {
            byte[] text = JsonSerializer.SerializeToUtf8Bytes(record, TransactionJson.Default.TransactionRecord);
            DurableFile.Replace(directory!, Encoding.UTF8.GetBytes(Path.GetFileName(places.Record)), text, 0x1a4)
                .ThrowIfFailed("write the transaction's record", Encoding.UTF8.GetBytes(places.Record));
        }
    }

    /// <summary>Ends the transaction: from here on there is none.</summary>
    public static void Remove(TransactionPlaces places)
    {
        byte[] path = Encoding.UTF8.GetBytes(places.Record);
        Errno errno = PosixPath.Unlink(null, path);
        if (errno is not Errno.ENOENT and not Errno.ENOTDIR)
        {
            errno.ThrowIfFailed("remove the transaction's record", path);
        }
    }
}
