using System.Security.Cryptography;
using System.Text;

namespace Strato.Core.Signing;

/// <summary>
/// The public half of a master key, the root of trust that a client is given (<c>/etc/cvmfs/keys/….pub</c>). Safe to use from
/// several threads.
/// </summary>
public sealed class MasterPublicKey : IDisposable
{
    private readonly RsaKey key;

    private MasterPublicKey(RsaKey key, string source, string pem)
    {
        this.key = key;
        Source = source;
        Pem = pem;
    }

    /// <summary>Where the key came from, for messages.</summary>
    public string Source { get; }

    /// <summary>The key as a PEM SubjectPublicKeyInfo.</summary>
    public string Pem { get; }

    /// <summary>Reads a PEM public key.</summary>
    /// <param name="pem">The file's content; the first key in it counts.</param>
    /// <param name="source">What messages call it, such as the file's path.</param>
    /// <exception cref="StratoException">It is no RSA key.</exception>
    public static MasterPublicKey Parse(ReadOnlySpan<byte> pem, string source)
    {
        using RSA rsa = RsaKey.Import(pem)
            ?? throw new StratoException($"cannot use {source} as a public master key: it holds no RSA key in PEM form; give the repository's .pub file");
        return Of(rsa, source);
    }

    /// <summary>Reads a key file, or every <c>*.pub</c> file of a directory.</summary>
    /// <exception cref="StratoException">A file cannot be read or is no key, or the directory has none.</exception>
    public static IReadOnlyList<MasterPublicKey> Load(string path)
    {
        List<MasterPublicKey> keys = [];
        try
        {
            string[] files = Directory.Exists(path) ? [.. Directory.GetFiles(path, "*.pub").Order(StringComparer.Ordinal)] : [path];
            foreach (string file in files)
            {
                keys.Add(Parse(File.ReadAllBytes(file), file));
            }
        }
        catch (Exception error)
        {
            keys.ForEach(key => key.Dispose());
            if (error is IOException or UnauthorizedAccessException)
            {
                throw new StratoException($"cannot read the public master key {path}: {error.Message}", error);
            }

            throw;
        }

        return keys.Count > 0 ? keys : throw new StratoException($"cannot find a public master key: {path} holds no .pub file");
    }

    /// <summary>What the master key signed; null where another key made the signature.</summary>
    public byte[]? TryRecover(ReadOnlySpan<byte> signature) => key.TryRecover(signature);

    public void Dispose() => key.Dispose();

    public override string ToString() => Source;

    internal static MasterPublicKey Of(RSA rsa, string source)
    {
        RsaKey loaded = RsaKey.FromPublic(rsa) ?? throw new StratoException($"cannot use {source}: libcrypto does not take the key");
        return new MasterPublicKey(loaded, source, rsa.ExportSubjectPublicKeyInfoPem() + "\n");
    }

    /// <summary>The key's PEM text as bytes.</summary>
    internal byte[] ToBytes() => Encoding.ASCII.GetBytes(Pem);
}
