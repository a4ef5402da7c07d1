using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.Reflog;
using Strato.Core.Signing;
using Strato.Publishing.Committing;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Storage.Objects;

namespace Strato.Publishing.Adopting;

/// <summary>
/// What somebody else has published, looked at without changing anything: trusted up to the keys at hand, and of a form that can be published into.
/// </summary>
internal sealed record ForeignRepository
{
    private ForeignRepository(Manifest manifest) => Manifest = manifest;

    public Manifest Manifest { get; }

    /// <summary>The named revisions.</summary>
    public required IReadOnlyList<HistoryTag> Tags { get; init; }

    /// <summary>When clients stop to trust it.</summary>
    public required DateTime WhitelistExpires { get; init; }

    /// <summary>Whether its whitelist can be signed here.</summary>
    public required bool HasMasterKey { get; init; }

    /// <summary>Verifies the signatures, and reads root catalog, history and reflog.</summary>
    /// <exception cref="StratoException">It cannot be trusted, read, or published into.</exception>
    public static ForeignRepository Inspect(string repository, IObjectStore store, KeyFiles files, OperationContext context)
    {
        RequireKeys(repository, store, files);
        (TrustedManifest trusted, _) = RepositoryRoot.Verify(store, repository, files.PublicKey, context.Clock.GetUtcNow(), context.Cancellation);
        Manifest manifest = trusted.Manifest;
        using RepositoryKeys keys = files.Load();
        RequireListed(repository, keys.Certificate, trusted.Whitelist, files);
        if (manifest.HasAlternativePaths)
        {
            throw new StratoException(
                $"cannot import {repository}: its catalogs are also kept at alternative paths (CVMFS_CATALOG_ALT_PATHS), which Strato does not write");
        }

        ObjectReader objects = new(store, context.Cancellation);
        RequireReflog(repository, store, context.Cancellation);
        RequireRoot(repository, manifest, objects);
        return new ForeignRepository(manifest)
        {
            Tags = ReadTags(manifest, objects),
            WhitelistExpires = trusted.Whitelist.Expires,
            HasMasterKey = keys.Master is not null,
        };
    }

    private static void RequireKeys(string repository, IObjectStore store, KeyFiles files)
    {
        if (!File.Exists(files.PublicKey))
        {
            throw new StratoException(
                $"cannot import {repository}: there is no {files.PublicKey} to check {store.Location} with; put the repository's keys there, or name their directory with --keys DIR");
        }

        foreach (string file in (ReadOnlySpan<string>)[files.Certificate, files.PrivateKey])
        {
            if (!File.Exists(file))
            {
                throw new StratoException(
                    $"cannot import {repository}: there is no {file} to sign revisions with; put it there, or name the directory of the repository's keys with --keys DIR");
            }
        }
    }

    private static void RequireListed(string repository, SigningCertificate certificate, Whitelist whitelist, KeyFiles files)
    {
        if (!whitelist.Fingerprints.Any(fingerprint => certificate.FingerprintOf(fingerprint.Algorithm) == fingerprint))
        {
            throw new StratoException(
                $"cannot import {repository}: {files.Certificate} is not on its whitelist, so that no client would trust what it signs; take the certificate and key that it was published with");
        }
    }

    private static void RequireReflog(string repository, IObjectStore store, CancellationToken cancellation)
    {
        VersionedBytes bytes = Blocking.Wait(store.ReadAsync(ObjectKey.Reflog, (int)ReflogDatabase.MaxLength, cancellation))
            ?? throw new StratoException(
                $"cannot import {repository}: {store.Location} has no {ObjectKey.Reflog}, which garbage collection goes by; have cvmfs_server check -r {repository} make it first");
        using ReflogDatabase reflog = ReflogDatabase.OpenImage(bytes.Bytes.Span, $"{store.Location}/{ObjectKey.Reflog}");
        if (reflog.RepositoryName != repository)
        {
            throw new StratoException($"cannot import {repository}: the {ObjectKey.Reflog} in {store.Location} is that of {reflog.RepositoryName}");
        }
    }

    private static void RequireRoot(string repository, Manifest manifest, ObjectReader objects)
    {
        string folder = Directory.CreateTempSubdirectory("strato-import-").FullName;
        try
        {
            string file = Path.Combine(folder, "root");
            using (FileStream target = File.Create(file))
            {
                long limit = manifest.RootCatalogSize > 0 ? manifest.RootCatalogSize : long.MaxValue;
                objects.Read(new ObjectName(manifest.RootCatalog, ObjectKind.Catalog), CompressionAlgorithm.Zlib, limit, piece => target.Write(piece.Span));
            }

            using CatalogReader root = CatalogReader.Open(file);
            CatalogSchema schema = root.Properties.Schema;
            if (schema.Tenths != CatalogSchema.Latest.Tenths || schema > CatalogSchema.Latest)
            {
                throw new StratoException(
                    $"cannot import {repository}: its catalogs have schema {schema}, and {CatalogSchema.Latest} and older revisions of it can be written; migrate it with cvmfs_server migrate {repository} first");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<HistoryTag> ReadTags(Manifest manifest, ObjectReader objects)
    {
        if (manifest.History is not { } hash)
        {
            return [];
        }

        using HistoryDatabase history = HistoryDatabase.OpenImage(HistoryBytes.Read(objects, hash), $"history {hash}H");
        return history.ListTags();
    }
}
