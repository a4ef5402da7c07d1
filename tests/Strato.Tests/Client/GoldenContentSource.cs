using System.Collections.Concurrent;
using Strato.Client.Reading;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;
using Strato.Testing.Golden;

namespace Strato.Tests.Client;

/// <summary>Objects of a golden repository, decoded into memory files. What has not been fetched is not in the cache.</summary>
internal sealed class GoldenContentSource : IContentSource, IDisposable
{
    private readonly GoldenRepository repository;
    private readonly ConcurrentDictionary<CachedObject, FileDescriptor> cached = new();

    public GoldenContentSource(GoldenRepository repository) => this.repository = repository;

    public bool IsVolatile { get; set; }

    public bool TryOpen(in CachedObject content, long plainSize, out int descriptor)
    {
        descriptor = -1;
        if (!cached.TryGetValue(content, out FileDescriptor? file))
        {
            return false;
        }

        descriptor = Take(file);
        return true;
    }

    public bool DropIfDamaged(in CachedObject content) => !cached.ContainsKey(content);

    public bool Contains(in CachedObject content) => cached.ContainsKey(content);

    public Task<FileDescriptor> FetchAsync(ObjectRequest request, CancellationToken cancellation) =>
        Task.FromResult(new FileDescriptor(Take(cached.GetOrAdd(request.Entry, Decode))));

    public bool Assemble(in CachedObject whole, IReadOnlyList<CachePart> parts, CancellationToken cancellation) => false;

    public void Prefetch(in ObjectRequest request)
    {
    }

    public void Dispose()
    {
        foreach (FileDescriptor file in cached.Values)
        {
            file.Dispose();
        }
    }

    private static int Take(FileDescriptor file)
    {
        PosixFile.Duplicate(file, out FileDescriptor? copy).ThrowIfFailed("duplicate");
        int number = copy!.Value;
        copy.SetHandleAsInvalid();
        return number;
    }

    private FileDescriptor Decode(CachedObject content)
    {
        byte[] plain = repository.ReadPlain(content.Name, content.Compression);
        MemoryFile.Create("object"u8, out FileDescriptor? file).ThrowIfFailed("make a memory file");
        PosixFile.WriteAllAt(file!, plain, 0).ThrowIfFailed("write");
        return file!;
    }
}
