using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Strato.Posix;

namespace Strato.Testing.Nodes;

/// <summary>What the kernel would hold of a mount's state: lookups of a fixed set of paths, and handles of open files. In a memory file, so that it outlives whoever writes it.</summary>
public sealed unsafe class KernelShare : IDisposable
{
    /// <summary>Directories below the root.</summary>
    public const int Directories = 8;

    /// <summary>Names in each.</summary>
    public const int Names = 48;

    /// <summary>Files that can be open.</summary>
    public const int Handles = 256;

    private const int Nodes = Directories * (Names + 1);

    private readonly MemoryMap map;

    private KernelShare(FileDescriptor file, MemoryMap map)
    {
        File = file;
        this.map = map;
    }

    public FileDescriptor File { get; }

    /// <summary>Makes one in which nothing is held.</summary>
    public static KernelShare Create()
    {
        MemoryFile.Create("strato-kernel-share"u8, out FileDescriptor? file).ThrowIfFailed("make the kernel's share");
        PosixFile.Truncate(file!, (Nodes + Handles) * sizeof(ulong)).ThrowIfFailed("size the kernel's share");
        return Map(file!);
    }

    /// <summary>Maps one that another process made; the descriptor is this object's from now on.</summary>
    public static KernelShare Map(FileDescriptor file)
    {
        MemoryMap.Create(file, (Nodes + Handles) * sizeof(ulong), writable: true, out MemoryMap? map).ThrowIfFailed("map the kernel's share");
        return new KernelShare(file, map!);
    }

    public static byte[] DirectoryPath(int directory) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/d{directory}"));

    /// <summary>Names of all lengths, so that their blocks are of all sizes.</summary>
    public static byte[] FilePath(int directory, int name) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/d{directory}/f{name}{new string('x', name * 5)}"));

    public static int IndexOf(int directory) => directory * (Names + 1);

    public static int IndexOf(int directory, int name) => IndexOf(directory) + 1 + name;

    /// <summary>The lookups that are held of a path.</summary>
    public ref ulong Lookups(int index) => ref Unsafe.AsRef<ulong>(map.Address + (index * sizeof(ulong)));

    /// <summary>The handle of an open file; 0 where it is not open.</summary>
    public ref ulong Handle(int number) => ref Unsafe.AsRef<ulong>(map.Address + ((Nodes + number) * sizeof(ulong)));

    public void Dispose()
    {
        map.Dispose();
        File.Dispose();
    }
}
