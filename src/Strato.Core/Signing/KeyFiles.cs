using System.Diagnostics.CodeAnalysis;

namespace Strato.Core.Signing;

/// <summary>
/// A repository's keys in a directory, under the names and with the permissions that the genuine tools use: <c>FQRN.pub</c> and
/// <c>FQRN.crt</c> for everybody, <c>FQRN.key</c> and <c>FQRN.masterkey</c> for the owner alone. While keys are rotated there are <c>FQRN.next.key</c> and
/// <c>FQRN.next.crt</c> too, and afterwards <c>FQRN.old.crt</c> for as long as whitelists list it (docs/designs/020-history-and-keys.md).
/// </summary>
/// <param name="Directory">The directory, such as <c>/etc/cvmfs/keys</c>.</param>
/// <param name="RepositoryName">The fully qualified repository name.</param>
public sealed record KeyFiles(string Directory, string RepositoryName)
{
    private const uint PublicMode = 0x124;
    private const uint SecretMode = 0x100;

    /// <summary>The public master key, for clients.</summary>
    public string PublicKey => Of("pub");

    /// <summary>The certificate.</summary>
    public string Certificate => Of("crt");

    /// <summary>The repository's private key.</summary>
    public string PrivateKey => Of("key");

    /// <summary>The private master key.</summary>
    public string MasterKey => Of("masterkey");

    /// <summary>The private key that follows; it is there while keys are rotated.</summary>
    public string NextPrivateKey => Of("next.key");

    /// <summary>Its certificate.</summary>
    public string NextCertificate => Of("next.crt");

    /// <summary>The certificate before the current one, while whitelists list it.</summary>
    public string FormerCertificate => Of("old.crt");

    /// <summary>True where a rotation has begun: both files of the next key are there.</summary>
    public bool HasNext => File.Exists(NextPrivateKey) && File.Exists(NextCertificate);

    /// <summary>Reads the keys; the master key may be missing. The caller holds the repository's lock: an interrupted rotation is mended.</summary>
    /// <exception cref="StratoException">A file is missing, cannot be read, or is not what its name says.</exception>
    public RepositoryKeys Load()
    {
        Mend();
        MasterKey? master = File.Exists(MasterKey) ? LoadMaster() : null;
        try
        {
            return RepositoryKeys.Parse(Read(PrivateKey), Read(Certificate), master, PrivateKey);
        }
        catch
        {
            master?.Dispose();
            throw;
        }
    }

    /// <summary>Reads the keys that follow.</summary>
    /// <exception cref="StratoException">A file is missing, cannot be read, or is not what its name says.</exception>
    public RepositoryKeys LoadNext() => RepositoryKeys.Parse(Read(NextPrivateKey), Read(NextCertificate), null, NextPrivateKey);

    /// <summary>Reads the master key alone.</summary>
    /// <exception cref="StratoException">The file is missing, cannot be read, or is no key.</exception>
    public MasterKey LoadMaster() => LoadMaster(MasterKey);

    /// <summary>Reads a master key from any file.</summary>
    /// <exception cref="StratoException">The file is missing, cannot be read, or is no key.</exception>
    public static MasterKey LoadMaster(string file) => Signing.MasterKey.Parse(Read(file), file);

    /// <summary>
    /// The certificates that a whitelist is to list: the current one, the next one where a rotation has begun, and the former one while it is there.
    /// </summary>
    /// <exception cref="StratoException">A file cannot be read or is no certificate.</exception>
    /// <param name="withFormer">False leaves the former one out.</param>
    public IReadOnlyList<SigningCertificate> LoadCertificates(bool withFormer = true)
    {
        List<SigningCertificate> certificates = [LoadCertificate(Certificate)];
        if (HasNext)
        {
            certificates.Add(LoadCertificate(NextCertificate));
        }

        if (withFormer && File.Exists(FormerCertificate))
        {
            certificates.Add(LoadCertificate(FormerCertificate));
        }

        // Killed in the midst of Advance, the former one is the current one.
        return [.. certificates.DistinctBy(certificate => certificate.FingerprintOf(Hashing.HashAlgorithm.Sha1))];
    }

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
            MakeDirectory();
            WriteNew(PrivateKey, keys.ToBytes(), SecretMode, written);
            WriteNew(Certificate, keys.Certificate.Pem.Span, PublicMode, written);
            if (keys.Master is not null)
            {
                WriteNew(MasterKey, keys.Master.ToBytes(), SecretMode, written);
                WriteNew(PublicKey, keys.Master.PublicKey.ToBytes(), PublicMode, written);
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

    /// <summary>Writes the public master key where none is.</summary>
    /// <exception cref="StratoException">Writing failed.</exception>
    public void SavePublicKey(MasterPublicKey key) => Store(() =>
    {
        MakeDirectory();
        KeyFile.WriteNew(PublicKey, key.ToBytes(), PublicMode);
    });

    /// <summary>Writes the keys that follow; what an interrupted try left is replaced.</summary>
    /// <exception cref="StratoException">Writing failed.</exception>
    public void SaveNext(RepositoryKeys keys) => Store(() =>
    {
        // The certificate alone means that the key has moved already: see Mend.
        KeyFile.Replace(NextPrivateKey, keys.ToBytes(), SecretMode);
        KeyFile.Replace(NextCertificate, keys.Certificate.Pem.Span, PublicMode);
    });

    /// <summary>Makes the next keys the current ones; the certificate that was current becomes the former one.</summary>
    /// <exception cref="StratoException">Writing failed.</exception>
    public void Advance() => Store(() =>
    {
        KeyFile.Replace(FormerCertificate, File.ReadAllBytes(Certificate), PublicMode);
        KeyFile.Move(NextPrivateKey, PrivateKey);
        KeyFile.Move(NextCertificate, Certificate);
    });

    /// <summary>Gives up the keys that follow.</summary>
    /// <exception cref="StratoException">They cannot be removed.</exception>
    public void ForgetNext() => Store(() =>
    {
        // The certificate alone would be taken for the current key's.
        KeyFile.Remove(NextCertificate);
        KeyFile.Remove(NextPrivateKey);
    });

    /// <summary>Forgets the former certificate.</summary>
    /// <exception cref="StratoException">It cannot be removed.</exception>
    public void ForgetFormer() => Store(() => KeyFile.Remove(FormerCertificate));

    /// <summary>Removes the files, those that exist.</summary>
    public void Delete()
    {
        foreach (string file in (ReadOnlySpan<string>)[PublicKey, Certificate, PrivateKey, MasterKey])
        {
            File.Delete(file);
        }
    }

    /// <summary>Reads a certificate.</summary>
    /// <exception cref="StratoException">The file cannot be read or is no certificate.</exception>
    public static SigningCertificate LoadCertificate(string file) => SigningCertificate.TryParse(Read(file), out SigningCertificate? certificate)
        ? certificate
        : throw new StratoException($"cannot use {file}: it is not an X.509 certificate in PEM form");

    // Killed between the two moves of Advance, the certificate follows its key; killed before the second file of SaveNext, there is a key that nothing knows.
    private void Mend()
    {
        if (File.Exists(NextCertificate) && !File.Exists(NextPrivateKey))
        {
            Store(() => KeyFile.Move(NextCertificate, Certificate));
        }
    }

    private void Store(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot store the keys of {RepositoryName} in {Directory}: {error.Message}", error);
        }
    }

    private void MakeDirectory()
    {
        if (!System.IO.Directory.Exists(Directory))
        {
            System.IO.Directory.CreateDirectory(Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
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

    private static void WriteNew(string file, ReadOnlySpan<byte> content, uint mode, List<string> written)
    {
        KeyFile.WriteNew(file, content, mode);
        written.Add(file);
    }

    /// <summary>The file of an ending, such as <c>pub</c>.</summary>
    public string Of(string ending) => Path.Combine(Directory, $"{RepositoryName}.{ending}");
}
