using System.Text;
using Strato.Core.Hashing;
using Strato.Core.Signing;
using Strato.Posix;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Keys;

/// <summary>
/// The certificates that a repository's whitelists must not list again, should their keys come back with an old backup: <c>revoked</c> in its folder of the home, in the
/// syntax of blacklists.
/// </summary>
internal static class RevokedCertificates
{
    public static Blacklist Read(RepositoryPlaces places) => File.Exists(FileOf(places)) ? Blacklist.Parse(File.ReadAllBytes(FileOf(places))) : Blacklist.Empty;

    public static void Add(RepositoryPlaces places, ObjectHash fingerprint)
    {
        byte[] present = File.Exists(FileOf(places)) ? File.ReadAllBytes(FileOf(places)) : [];
        if (!Blacklist.Parse(present).Certificates.Contains(fingerprint))
        {
            Append(FileOf(places), present, Fingerprint.Format(fingerprint) + "\n");
        }
    }

    /// <summary>Replaces a file by itself and one line more; after a crash it is the one or the other.</summary>
    public static void Append(string file, byte[] present, string line)
    {
        string temporary = file + ".new";
        byte[] separator = present.Length > 0 && present[^1] != (byte)'\n' ? [(byte)'\n'] : [];
        using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write))
        {
            stream.Write([.. present, .. separator, .. Encoding.UTF8.GetBytes(line)]);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
        byte[] directory = Encoding.UTF8.GetBytes(Path.GetDirectoryName(Path.GetFullPath(file))!);
        PosixFile.Open(null, directory, OpenFlags.ReadOnly | OpenFlags.Directory, out FileDescriptor? opened).ThrowIfFailed("open", directory);
        using (opened)
        {
            Durability.Sync(opened!).ThrowIfFailed("bring to the disk:", directory);
        }
    }

    private static string FileOf(RepositoryPlaces places) => Path.Combine(places.Folder, "revoked");
}
