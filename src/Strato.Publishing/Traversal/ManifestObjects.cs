using Strato.Core.Hashing;
using Strato.Core.Manifests;

namespace Strato.Publishing.Traversal;

/// <summary>The objects that a manifest itself names: root catalog, certificate, history, meta information. These are what a reflog holds.</summary>
internal static class ManifestObjects
{
    public static IEnumerable<ObjectName> Of(Manifest manifest)
    {
        yield return new ObjectName(manifest.RootCatalog, ObjectKind.Catalog);
        if (manifest.Certificate is { } certificate)
        {
            yield return new ObjectName(certificate, ObjectKind.Certificate);
        }

        if (manifest.History is { } history)
        {
            yield return new ObjectName(history, ObjectKind.History);
        }

        if (manifest.MetaInfo is { } info)
        {
            yield return new ObjectName(info, ObjectKind.MetaInfo);
        }
    }
}
