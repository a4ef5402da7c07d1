using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Storage.Objects;

namespace Strato.Publishing.Keys;

/// <summary>
/// A repository's whitelist and keys while they are changed: its lock is held. It opens whatever state the whitelist is in. One operation at a time.
/// </summary>
internal sealed class RepositoryWhitelist : IDisposable
{
    private readonly PublisherLock held;
    private readonly OperationContext context;
    private readonly IObjectStore store;

    private RepositoryWhitelist(PublisherLock held, RepositorySettings settings, OperationContext context)
    {
        this.held = held;
        this.context = context;
        Settings = settings;
        Keys = new KeyFiles(settings.Keys ?? context.Home.Directory, settings.Name);
        store = context.Stores.Open(settings);
    }

    public RepositorySettings Settings { get; }

    public KeyFiles Keys { get; }

    /// <summary>The algorithm of the revision that is served; the settings' where none is.</summary>
    public HashAlgorithm Hash => ReadManifest()?.HashAlgorithm ?? Settings.Hash;

    public static RepositoryWhitelist Open(string repository, OperationContext context)
    {
        RepositorySettings settings = context.Home.Load(repository);
        settings.RequirePublishedHere();
        PublisherLock taken = PublisherLock.Take(context.Home.Places(repository));
        try
        {
            return new RepositoryWhitelist(taken, settings, context);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>The certificates to list: see <see cref="KeyFiles.LoadCertificates"/>. An interrupted rotation is mended first.</summary>
    /// <exception cref="StratoException">One of them was revoked.</exception>
    public IReadOnlyList<SigningCertificate> Certificates(bool withFormer = true)
    {
        using RepositoryKeys mended = Keys.Load();
        IReadOnlyList<SigningCertificate> certificates = Keys.LoadCertificates(withFormer);
        Blacklist revoked = RevokedCertificates.Read(context.Home.Places(Settings.Name));
        return certificates.FirstOrDefault(revoked.Revokes) is { } gone
            ? throw new StratoException(
                $"cannot list the certificate {Fingerprint.Format(gone.FingerprintOf(Hash))} of {Settings.Name}: it was revoked; its key came back from a backup, perhaps: put the newer keys in place")
            : certificates;
    }

    /// <summary>True where the manifest that is served names a certificate.</summary>
    public bool IsServedWith(SigningCertificate certificate) =>
        ReadManifest() is { Certificate: { } named } && certificate.ToObject(named.Algorithm).Name.Hash == named;

    /// <summary>The whitelist that is served; null where there is none that can be read.</summary>
    public Whitelist? Read() =>
        ReadServed() is { } served && Whitelist.TryParse(served.Bytes.Span, out Whitelist? whitelist, out _) ? whitelist : null;

    /// <summary>Reads the master key from a file, or from beside the other keys, and makes sure that clients know it.</summary>
    /// <param name="file">The file; null for the usual place.</param>
    public MasterKey LoadMaster(string? file)
    {
        if (file is null && !File.Exists(Keys.MasterKey))
        {
            throw new StratoException(
                $"cannot sign the whitelist of {Settings.Name}: its masterkey is not beside its other keys; give it with --masterkey, or have it signed elsewhere with --request");
        }

        MasterKey master = KeyFiles.LoadMaster(file ?? Keys.MasterKey);
        try
        {
            return MasterPublicKey.Load(Keys.PublicKey).Any(known => known.Pem == master.PublicKey.Pem)
                ? master
                : throw new StratoException(
                    $"cannot sign the whitelist of {Settings.Name} with {file ?? Keys.MasterKey}: it is not the key of {Keys.PublicKey}, which clients have; use the one that belongs to it");
        }
        catch
        {
            master.Dispose();
            throw;
        }
    }

    /// <summary>Signs a whitelist for some certificates and puts it in place.</summary>
    public Whitelist Sign(MasterKey master, IReadOnlyList<SigningCertificate> certificates, int days)
    {
        HashAlgorithm algorithm = Hash;
        Whitelist whitelist = Whitelist.Create(Settings.Name, [.. certificates.Select(certificate => certificate.FingerprintOf(algorithm))], context.Clock.GetUtcNow(), days);
        Install(master.Sign(whitelist, algorithm), whitelist);
        return whitelist;
    }

    /// <summary>Puts a signed whitelist that was made elsewhere in place, once it has proved good.</summary>
    /// <exception cref="StratoException">It is not; the one in place stays.</exception>
    public Whitelist Install(ReadOnlyMemory<byte> signed)
    {
        TrustRequest request = new()
        {
            Manifest = default,
            CertificateObject = default,
            Whitelist = signed,
            MasterKeys = MasterPublicKey.Load(Keys.PublicKey),
            RepositoryName = Settings.Name,
            Now = context.Clock.GetUtcNow(),
        };
        if (TrustChain.CheckWhitelist(request, out Whitelist? whitelist) is { } failure)
        {
            throw new StratoException($"the signed whitelist is not installed: {failure.Message}");
        }

        using RepositoryKeys keys = Keys.Load();
        if (!Lists(whitelist!, keys.Certificate))
        {
            throw new StratoException(
                $"the signed whitelist is not installed: it does not list the certificate that {Settings.Name} is signed with ({Fingerprint.Format(keys.Certificate.FingerprintOf(Hash))}); make a new request");
        }

        if (Read() is { } served && whitelist!.Issued < served.Issued)
        {
            throw new StratoException($"the signed whitelist is not installed: it was signed on {whitelist.Issued:u}, before the one in place ({served.Issued:u})");
        }

        Install(signed, whitelist!);
        if (File.Exists(Keys.FormerCertificate) && !Lists(whitelist!, KeyFiles.LoadCertificate(Keys.FormerCertificate)))
        {
            Keys.ForgetFormer();
        }

        return whitelist!;
    }

    /// <summary>True where a whitelist lets a certificate sign.</summary>
    public static bool Lists(Whitelist whitelist, SigningCertificate certificate) =>
        whitelist.Fingerprints.Any(fingerprint => certificate.FingerprintOf(fingerprint.Algorithm) == fingerprint);

    public void Dispose()
    {
        Blocking.Wait(store.DisposeAsync());
        held.Dispose();
    }

    private void Install(ReadOnlyMemory<byte> signed, Whitelist whitelist)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        if (!ConfirmedSwap.Run(store, ObjectKey.Whitelist, ReadServed()?.Version, signed).Swapped)
        {
            throw new StratoException($"the whitelist of {Settings.Name} was changed by somebody else meanwhile; try again");
        }

        if (context.Audit is { } audit)
        {
            audit.WhitelistExpires = whitelist.Expires;
        }
    }

    private VersionedBytes? ReadServed() => Blocking.Wait(store.ReadAsync(ObjectKey.Whitelist, Whitelist.MaxLength, context.Cancellation));

    private Manifest? ReadManifest()
    {
        VersionedBytes? bytes = Blocking.Wait(store.ReadAsync(ObjectKey.Manifest, Manifest.MaxLength, context.Cancellation));
        return bytes is not null && Manifest.TryParse(bytes.Bytes.Span, out Manifest? manifest, out _) ? manifest : null;
    }
}
