using System.Text;
using Strato.Core.Hashing;
using Strato.Storage.Cache;
using Strato.Storage.Objects;

namespace Strato.Fuzz.Targets;

/// <summary>File names in a store's and in a cache's directories: what is taken for an object's has no other form.</summary>
internal sealed class StorageNameTarget : IFuzzTarget
{
    public string Name => "storage-name";

    public IEnumerable<byte[]> Seeds =>
    [
        "data/4f/0123456789abcdef0123456789abcdef012345"u8.ToArray(),
        "data/4f/0123456789abcdef0123456789abcdef012345-rmd160C"u8.ToArray(),
        "data/4f/0123456789abcdef0123456789abcdef012345-shake128P"u8.ToArray(),
        "data/4f/0123456789abcdef0123456789abcdef012345X.plain"u8.ToArray(),
    ];

    public bool Run(byte[] input)
    {
        string key = Encoding.Latin1.GetString(input);
        bool isKey = ObjectKey.TryParse(key, out ObjectName name);
        if (isKey && ObjectKey.Of(name) != key)
        {
            throw new InvalidOperationException($"'{key}' is taken for {name}");
        }

        ReadOnlySpan<byte> path = input.AsSpan(Math.Min(5, input.Length));
        bool isEntry = path.Length > 3 && EntryPath.TryParse(path[..2], path[3..], out CachedObject entry)
            && (path[2] != '/' || EntryPath.Format(entry, new byte[EntryPath.MaximumLength]).SequenceEqual(path)
                ? true
                : throw new InvalidOperationException($"'{key}' is taken for {entry}"));
        return isKey || isEntry;
    }
}
