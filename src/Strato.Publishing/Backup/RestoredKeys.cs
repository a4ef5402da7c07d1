using Strato.Core;
using Strato.Core.Signing;

namespace Strato.Publishing.Backup;

/// <summary>The key files of a backup on their way back.</summary>
internal sealed class RestoredKeys
{
    private const uint PublicMode = 0x124;
    private const uint SecretMode = 0x100;

    private readonly RestoreRequest request;
    private readonly KeyFiles keys;
    private readonly List<(string File, byte[] Content, uint Mode)> files = [];

    /// <summary>Decrypts what is encrypted.</summary>
    /// <exception cref="StratoException">The passphrase is missing or wrong.</exception>
    public RestoredKeys(BackupArchive archive, RestoreRequest request, KeyFiles keys)
    {
        this.request = request;
        this.keys = keys;
        foreach (string ending in BackupNames.PublicKeys)
        {
            if (archive.Find(BackupNames.Keys + ending) is { } content)
            {
                files.Add((keys.Of(ending), content, PublicMode));
            }
        }

        foreach (string ending in BackupNames.PrivateKeys)
        {
            if (archive.Find(BackupNames.Keys + ending) is { } content && request.Passphrase is { } passphrase)
            {
                files.Add((keys.Of(ending), SealedKey.Open(content, passphrase, $"{ending} in {request.File}"), SecretMode));
            }
        }
    }

    /// <summary>Throws where a key of another kind is in the way.</summary>
    /// <exception cref="StratoException">Says which; nothing was changed.</exception>
    public void Check()
    {
        foreach ((string file, byte[] content, _) in files)
        {
            if (File.Exists(file) && !request.Replaces && !File.ReadAllBytes(file).AsSpan().SequenceEqual(content))
            {
                throw new StratoException($"cannot restore {request.File}: {file} is there and is another key; move it away, or give --replace");
            }
        }
    }

    /// <summary>Writes the files, each whole or not at all.</summary>
    /// <exception cref="StratoException">One cannot be written.</exception>
    public void Write()
    {
        Directory.CreateDirectory(keys.Directory);
        foreach ((string file, byte[] content, uint mode) in files)
        {
            bool isThere = File.Exists(file);
            if (isThere && File.ReadAllBytes(file).AsSpan().SequenceEqual(content))
            {
                continue;
            }

            try
            {
                KeyFile.Replace(file, content, mode);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new StratoException($"cannot restore {request.File}: {error.Message.TrimEnd('.')}", error);
            }

            request.Tell($"{(isThere ? "replaced" : "put back")} {Path.GetFileName(file)}");
        }
    }
}
