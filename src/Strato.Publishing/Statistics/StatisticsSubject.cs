using Strato.Core;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Publishing.Keys;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Storage.Http;
using Strato.Storage.Local;
using Strato.Storage.Objects;

namespace Strato.Publishing.Statistics;

/// <summary>A repository that is looked at: one of the home, one in a directory, or one on a server.</summary>
internal sealed class StatisticsSubject : IDisposable
{
    private StatisticsSubject(IObjectSource store, int parallelism)
    {
        Store = store;
        Parallelism = parallelism;
    }

    public IObjectSource Store { get; }

    /// <summary>How many objects to ask for at a time.</summary>
    public int Parallelism { get; }

    public static StatisticsSubject Open(string subject, OperationContext context)
    {
        if (subject.Contains("://", StringComparison.Ordinal))
        {
            return new StatisticsSubject(new Storage.Http.HttpObjectSource(new HttpSource(new HttpSourceOptions { Servers = [subject.TrimEnd('/')] })), parallelism: 8);
        }

        IObjectStore store = subject.Contains('/', StringComparison.Ordinal) ? LocalObjectStore.Open(subject) : context.Stores.Open(context.Home.Load(subject));
        return new StatisticsSubject(store, Environment.ProcessorCount);
    }

    /// <summary>The manifest, whose signature is verified where a public key is at hand; a note tells where none is.</summary>
    /// <exception cref="StratoException">There is none, or it is not to be trusted.</exception>
    public Manifest ReadManifest(StatisticsRequest request, OperationContext context)
    {
        byte[] bytes = Read(ObjectKey.Manifest, Manifest.MaxLength, context.Cancellation)
            ?? throw new StratoException($"{Store.Location} has no {ObjectKey.Manifest}; is it a repository?");
        if (!Manifest.TryParse(bytes, out Manifest? manifest, out string? problem))
        {
            throw new StratoException($"cannot read {Store.Location}/{ObjectKey.Manifest}: {problem}");
        }

        if (PublicKeySearch.Find(context.Home, manifest.RepositoryName, request.Keys) is not { } keys)
        {
            request.Note($"no public key of {manifest.RepositoryName} is at hand (--key), so that the signatures were not checked");
            return manifest;
        }

        ObjectReader objects = new(Store, context.Cancellation);
        TrustRequest trust = new()
        {
            Manifest = bytes,
            Whitelist = Read(ObjectKey.Whitelist, Whitelist.MaxLength, context.Cancellation) ?? throw new StratoException($"{Store.Location} has no {ObjectKey.Whitelist}"),
            CertificateObject = manifest.Certificate is { } certificate ? ReadStored(objects, certificate) : [],
            MasterKeys = keys,
            RepositoryName = manifest.RepositoryName,
            Now = context.Clock.GetUtcNow(),
        };
        return TrustChain.TryVerify(trust, out _, out TrustFailure? failure)
            ? manifest
            : throw new StratoException($"cannot count what {Store.Location} has: {failure.Message}");
    }

    public void Dispose() => Blocking.Wait(Store.DisposeAsync());

    // The certificate's stored bytes are what the chain of trust is held against; taken as they are, they have no encoding.
    private static byte[] ReadStored(ObjectReader objects, ObjectHash certificate) =>
        objects.ReadWhole(new ObjectName(certificate, ObjectKind.Certificate), CompressionAlgorithm.None, SigningCertificate.MaxLength);

    private byte[]? Read(string key, int limit, CancellationToken cancellation) =>
        Blocking.Wait(Store.ReadAsync(key, limit, cancellation))?.Bytes.ToArray();
}
