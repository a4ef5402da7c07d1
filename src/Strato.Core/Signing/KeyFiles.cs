using System.Diagnostics.CodeAnalysis;

namespace Strato.Core.Signing;

/// <summary>
/// A repository's keys in a directory, under the names and with the permissions that the genuine tools use: <c>FQRN.pub</c> and
/// <c>FQRN.crt</c> for everybody, <c>FQRN.key</c> and <c>FQRN.masterkey</c> for the owner alone.
/// </summary>
/// <param name="Directory">The directory, such as <c>/etc/cvmfs/keys</c>.</param>
/// <param name="RepositoryName">The fully qualified repository name.</param>
public sealed record KeyFiles(string Directory, string RepositoryName)
{
    private const UnixFileMode PublicMode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode SecretMode = UnixFileMode.UserRead;

    /// <summary>The public master key, for clients.</summary>
    public string PublicKey => Of("pub");

    /// <summary>The certificate.</summary>
    public string Certificate => Of("crt");

    /// <summary>The repository's private key.</summary>
    public string PrivateKey => Of("key");

    /// <summary>The private master key.</summary>
    public string MasterKey => Of("masterkey");

    /// <summary>Reads the keys; the master key may be missing.</summary>
    /// <exception cref="StratoException">A file is missing, cannot be read, or is not what its name says.</exception>
    public RepositoryKeys Load()
    {
        byte[] privateKey = Read(PrivateKey);
        byte[] certificate = Read(Certificate);
        MasterKey? master = File.Exists(MasterKey) ? LoadMaster() : null;
        try
        {
            return RepositoryKeys.Parse(privateKey, certificate, master, PrivateKey);
        }
        catch
        {
            master?.Dispose();
            throw;
        }
    }

    /// <summary>Reads the master key alone.</summary>
    /// <exception cref="StratoException">The file is missing, cannot be read, or is no key.</exception>
    public MasterKey LoadMaster() => Signing.MasterKey.Parse(Read(MasterKey), MasterKey);

    /// <summary>
    /// Writes keys where none are. Makes the directory, for the owner alone, where it does not exist. All files are there
    /// afterwards, or none of them.
    /// </summary>
    /// <exception cref="StratoException">One of the files exists, or writing failed.</exception>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "what was written is removed whatever went wrong")]
    public void Save(RepositoryKeys keys)
    {
        List<string> written = [];
        try
        {
            if (!System.IO.Directory.Exists(Directory))
            {
                System.IO.Directory.CreateDirectory(Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            Write(PrivateKey, keys.ToBytes(), SecretMode, written);
            Write(Certificate, keys.Certificate.Pem.Span, PublicMode, written);
            if (keys.Master is not null)
            {
                Write(MasterKey, keys.Master.ToBytes(), SecretMode, written);
                Write(PublicKey, keys.Master.PublicKey.ToBytes(), PublicMode, written);
            }
        }
        catch (Exception error)
        {
            written.ForEach(File.Delete);
            if (error is IOException or UnauthorizedAccessException)
            {
                throw new StratoException($"cannot store the keys of {RepositoryName} in {Directory}: {error.Message}", error);
            }

            throw;
        }
    }

    /// <summary>Removes the files, those that exist.</summary>
    public void Delete()
    {
        foreach (string file in (ReadOnlySpan<string>)[PublicKey, Certificate, PrivateKey, MasterKey])
        {
            File.Delete(file);
        }
    }

    private static byte[] Read(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot read the key file {file}: {error.Message}", error);
        }
    }

    private static void Write(string file, ReadOnlySpan<byte> content, UnixFileMode mode, List<string> written)
    {
        using FileStream stream = new(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = mode,
        });
        written.Add(file);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }

    private string Of(string ending) => Path.Combine(Directory, $"{RepositoryName}.{ending}");
}
