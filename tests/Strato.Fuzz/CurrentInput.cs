using System.IO.MemoryMappedFiles;

namespace Strato.Fuzz;

/// <summary>
/// The input that is being run, in a mapped file: it outlives the process when native code takes it down. Removed at the end.
/// </summary>
internal sealed class CurrentInput : IDisposable
{
    private const int Capacity = 2 << 20;

    private readonly string path;
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    public CurrentInput(string directory, string target)
    {
        path = Path.Combine(directory, target + ".running");
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, Capacity);
        view = file.CreateViewAccessor();
    }

    /// <summary>Remembers an input: its length in four bytes, then itself.</summary>
    public void Set(byte[] input)
    {
        int length = Math.Min(input.Length, Capacity - sizeof(int));
        view.Write(0, length);
        view.WriteArray(sizeof(int), input, 0, length);
    }

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
        File.Delete(path);
    }
}
