using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Testing.Golden;

namespace Strato.Fuzz;

/// <summary>Real inputs from the golden repositories.</summary>
internal static class GoldenSeeds
{
    /// <summary>A file below the storage root of each repository, such as <c>.cvmfspublished</c>.</summary>
    public static IEnumerable<byte[]> Files(string name) => GoldenRepository.All.Select(golden => File.ReadAllBytes(Path.Combine(golden.Storage, name)));

    /// <summary>The stored bytes of up to <paramref name="count"/> objects of a kind from each repository, smallest first.</summary>
    public static IEnumerable<byte[]> Stored(ObjectKind kind, int count) => GoldenRepository.All.SelectMany(golden => golden.ListObjects()
        .Where(name => name.Kind == kind)
        .OrderBy(name => new FileInfo(Path.Combine(golden.Storage, name.StoragePath)).Length)
        .Take(count)
        .Select(golden.ReadStored));

    /// <summary>The plain bytes of the object that each manifest names in a field.</summary>
    public static IEnumerable<byte[]> Plain(ObjectKind kind, Func<Manifest, ObjectHash?> field) => GoldenRepository.All.Select(golden =>
        golden.ReadPlain(new ObjectName(field(Manifest.Parse(File.ReadAllBytes(Path.Combine(golden.Storage, ".cvmfspublished"))))!.Value, kind)));
}
