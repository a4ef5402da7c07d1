using System.Buffers;
using Strato.Core;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.MetaInfo;
using Strato.Core.Reflog;
using Strato.Core.Signing;
using Strato.Publishing.Keys;
using Strato.Publishing.Operations;
using Strato.Publishing.Replication;
using Strato.Storage.Objects;

namespace Strato.Publishing.Checking;

/// <summary>Checks what everything else hangs on: manifest, whitelist, certificate, reflog, meta information, history.</summary>
internal sealed class RootCheck(IObjectSource source, ProblemReport problems, DamageList damage, CheckRequest request, OperationContext context)
{
    /// <summary>Checks the signed root, the reflog and the meta information, and returns the manifest.</summary>
    /// <exception cref="StratoException">There is no manifest that can be read.</exception>
    public Manifest Run()
    {
        byte[] bytes = source.ReadMutable(ObjectKey.Manifest, Manifest.MaxLength, context.Cancellation)
            ?? throw new StratoException($"{source.Location} has no {ObjectKey.Manifest}; is it a repository?");
        if (!Manifest.TryParse(bytes, out Manifest? manifest, out string? problem))
        {
            throw new StratoException($"cannot read {source.Location}/{ObjectKey.Manifest}: {problem}");
        }

        CheckSignatures(bytes, manifest);
        CheckReflog(manifest);
        if (manifest.MetaInfo is { } info && ReadObject(new ObjectName(info, ObjectKind.MetaInfo), RepositoryMetaInfo.MaxLength) is { } json
            && !RepositoryMetaInfo.TryParse(json, out _, out string? trouble))
        {
            problems.Add($"the meta information {info}M cannot be read: {trouble}");
        }

        return manifest;
    }

    /// <summary>Checks the history and returns its tags; none where it cannot be read.</summary>
    public List<HistoryTag> ReadTags(Manifest manifest)
    {
        if (manifest.History is not { } hash || ReadObject(new ObjectName(hash, ObjectKind.History), (int)HistoryDatabase.MaxLength) is not { } image)
        {
            return [];
        }

        try
        {
            using HistoryDatabase history = HistoryDatabase.OpenImage(image, $"history {hash}H");
            List<HistoryTag> tags = history.ListTags();
            CheckHistory(manifest, history, tags);
            return tags;
        }
        catch (StratoException error)
        {
            problems.Add(error.Message);
            return [];
        }
    }

    private void CheckSignatures(byte[] manifestBytes, Manifest manifest)
    {
        byte[]? whitelist = source.ReadMutable(ObjectKey.Whitelist, Whitelist.MaxLength, context.Cancellation);
        if (whitelist is null)
        {
            problems.Add($"{ObjectKey.Whitelist} is missing");
            return;
        }

        if (PublicKeySearch.Find(context.Home, manifest.RepositoryName, request.Keys) is not { } keys)
        {
            request.Note($"no public key of {manifest.RepositoryName} is at hand (--key), so that the signatures were not checked");
            return;
        }

        TrustRequest trust = new()
        {
            Manifest = manifestBytes,
            Whitelist = whitelist,
            CertificateObject = manifest.Certificate is { } certificate ? ReadStored(certificate) : [],
            MasterKeys = keys,
            RepositoryName = manifest.RepositoryName,
            Now = context.Clock.GetUtcNow(),
        };
        if (!TrustChain.TryVerify(trust, out _, out TrustFailure? failure))
        {
            problems.Add(failure.Message);
        }
    }

    private void CheckReflog(Manifest manifest)
    {
        byte[]? image = source.ReadMutable(ObjectKey.Reflog, (int)ReflogDatabase.MaxLength, context.Cancellation);
        if (image is null)
        {
            if (manifest.Reflog is not null)
            {
                problems.Add($"{ObjectKey.Reflog} is missing");
            }

            return;
        }

        // A replica's reflog is its own; the checksum in the manifest is of the one at its source.
        bool isReplica = source.ReadMutable(StatusDocument.LastSnapshot, maximumLength: 4096, context.Cancellation) is not null;
        if (!isReplica && manifest.Reflog is { } checksum && ReflogDatabase.Checksum(checksum.Algorithm, image) != checksum)
        {
            // So it is after each collection of the genuine server's, which signs no manifest. What it must name is looked for below.
            request.Note($"{ObjectKey.Reflog} is not the one that the manifest names ({checksum}); the next publish mends that");
        }

        try
        {
            using ReflogDatabase reflog = ReflogDatabase.OpenImage(image, ObjectKey.Reflog);
            Require(reflog, manifest.RootCatalog, ObjectKind.Catalog);
            Require(reflog, manifest.Certificate, ObjectKind.Certificate);
            Require(reflog, manifest.History, ObjectKind.History);
            Require(reflog, manifest.MetaInfo, ObjectKind.MetaInfo);
        }
        catch (StratoException error)
        {
            problems.Add(error.Message);
        }
    }

    private void Require(ReflogDatabase reflog, ObjectHash? hash, ObjectKind kind)
    {
        if (hash is { } present && reflog.Find(new ObjectName(present, kind)) is null)
        {
            problems.Add($"{ObjectKey.Reflog} lacks {new ObjectName(present, kind)}, which the manifest names");
        }
    }

    private void CheckHistory(Manifest manifest, HistoryDatabase history, List<HistoryTag> tags)
    {
        if (!string.Equals(history.RepositoryName, manifest.RepositoryName, StringComparison.Ordinal))
        {
            problems.Add($"the history is of {history.RepositoryName}, not of {manifest.RepositoryName}");
        }

        Dictionary<string, HistoryBranch> branches = history.ListBranches().ToDictionary(branch => branch.Name, StringComparer.Ordinal);
        foreach (HistoryTag tag in tags)
        {
            if (!branches.TryGetValue(tag.Branch, out HistoryBranch? branch))
            {
                problems.Add($"tag {tag.Name} is on branch '{tag.Branch}', which does not exist");
            }
            else if (tag.Revision < branch.InitialRevision)
            {
                problems.Add($"tag {tag.Name} names revision {tag.Revision}, before its branch '{tag.Branch}' began");
            }
        }

        foreach (string unused in branches.Keys.Where(name => name.Length > 0 && !tags.Exists(tag => tag.Branch == name)))
        {
            problems.Add($"branch '{unused}' has no tag");
        }
    }

    private byte[]? ReadObject(ObjectName name, int maximum)
    {
        ArrayBufferWriter<byte> plain = new();
        using ObjectVerification verification = new(
            name.Hash, CompressionAlgorithm.Zlib, plainSize: null, maximum, plain.ResetWrittenCount, piece => plain.Write(piece.Span));
        if (source.Feed(ObjectKey.Of(name), verification, context.Cancellation) is { } problem)
        {
            problems.Add($"object {name} {problem}");
            damage.Add(new DamagedObject(name, CompressionAlgorithm.Zlib, PlainSize: null));
            return null;
        }

        return plain.WrittenSpan.ToArray();
    }

    private byte[] ReadStored(ObjectHash certificate)
    {
        ArrayBufferWriter<byte> stored = new();
        using ObjectVerification verification = new(
            certificate, CompressionAlgorithm.None, plainSize: null, SigningCertificate.MaxLength, stored.ResetWrittenCount, piece => stored.Write(piece.Span));
        ObjectName name = new(certificate, ObjectKind.Certificate);
        if (source.Feed(ObjectKey.Of(name), verification, context.Cancellation) is { } problem)
        {
            problems.Add($"object {name} {problem}");
            damage.Add(new DamagedObject(name, CompressionAlgorithm.None, PlainSize: null));
        }

        return stored.WrittenSpan.ToArray();
    }
}
