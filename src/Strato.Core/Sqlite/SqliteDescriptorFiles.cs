using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Strato.Posix;

namespace Strato.Core.Sqlite;

/// <summary>
/// A file system for SQLite (a VFS) whose files are open descriptors, read with pread(2). So a database may have lost its name, many
/// connections share one descriptor, and a disk that fails or a file that somebody cut short is an error of the query that met it. Mapped
/// into memory it would be a SIGBUS, which ends the process and every mount in it. Nothing is locked or written: what it opens is immutable.
/// </summary>
internal static unsafe class SqliteDescriptorFiles
{
    private const int Ok = SqliteNative.Ok;
    private const int InputOutputError = 10;
    private const int ReadError = InputOutputError | (1 << 8);
    private const int StatusError = InputOutputError | (7 << 8);
    private const int ReadOnly = 8;
    private const int NotFound = 12;
    private const int CannotOpen = 14;
    private const int MainDatabase = 0x100;
    private const int Immutable = 0x2000;
    private const int LongestName = 32;

    private static readonly FileMethods* Methods = MakeMethods();

    /// <summary>The registered file system's name, for <see cref="SqliteNative.Open"/>.</summary>
    public static byte* FileSystem { get; } = Register();

    /// <summary>The name under which a descriptor is opened.</summary>
    public static byte[] NameOf(FileDescriptor file) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"descriptor-{file.Value}"));

    private static ReadOnlySpan<byte> Prefix => "descriptor-"u8;

    private static byte* Register()
    {
        FileSystemMethods* own = (FileSystemMethods*)NativeMemory.AllocZeroed((nuint)sizeof(FileSystemMethods));

        // Time, sleep and randomness stay the default's.
        *own = *(FileSystemMethods*)SqliteNative.FindFileSystem(null);
        own->Version = 1;
        own->FileLength = sizeof(DescriptorFile);
        own->LongestName = LongestName;
        own->Next = null;
        own->Name = MakeName("strato-descriptors\0"u8);
        own->Open = &Open;
        own->Delete = &Delete;
        own->Access = &Access;
        own->FullName = &FullName;
        int code = SqliteNative.RegisterFileSystem((nint)own, 0);
        return code == Ok ? own->Name : throw new StratoException("SQLite does not take another file system; use the distribution's libsqlite3");
    }

    private static byte* MakeName(ReadOnlySpan<byte> terminated)
    {
        byte* name = (byte*)NativeMemory.Alloc((nuint)terminated.Length);
        terminated.CopyTo(new Span<byte>(name, terminated.Length));
        return name;
    }

    private static FileMethods* MakeMethods()
    {
        FileMethods* methods = (FileMethods*)NativeMemory.AllocZeroed((nuint)sizeof(FileMethods));
        methods->Version = 1;
        methods->Close = &Close;
        methods->Read = &Read;
        methods->Write = &Write;
        methods->Truncate = &Truncate;
        methods->Sync = &DoNothing;
        methods->Size = &Size;
        methods->Lock = &DoNothing;
        methods->Unlock = &DoNothing;
        methods->IsReserved = &IsReserved;
        methods->Control = &Control;
        methods->SectorSize = &SectorSize;
        methods->Characteristics = &Characteristics;
        return methods;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(FileSystemMethods* fileSystem, byte* name, DescriptorFile* file, int flags, int* flagsOut)
    {
        file->Methods = null;
        if (name is null || (flags & MainDatabase) == 0)
        {
            return CannotOpen;
        }

        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        if (!text.StartsWith(Prefix) || !int.TryParse(text[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor))
        {
            return CannotOpen;
        }

        file->Methods = Methods;
        file->Descriptor = descriptor;
        if (flagsOut is not null)
        {
            *flagsOut = flags;
        }

        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(FileSystemMethods* fileSystem, byte* name, int syncs) => ReadOnly;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Access(FileSystemMethods* fileSystem, byte* name, int asked, int* result)
    {
        *result = 0;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FullName(FileSystemMethods* fileSystem, byte* name, int length, byte* full)
    {
        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        if (text.Length >= length)
        {
            return CannotOpen;
        }

        text.CopyTo(new Span<byte>(full, length));
        full[text.Length] = 0;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(DescriptorFile* file) => Ok;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(DescriptorFile* file, byte* buffer, int length, long offset)
    {
        Span<byte> rest = new(buffer, length);
        while (!rest.IsEmpty)
        {
            // A whole database has every byte that SQLite asks for. Told of a short read it would go on with zeros, and take a row's for NULLs.
            if (RawDescriptor.ReadAt(file->Descriptor, rest, offset, out int count) != Errno.None || count == 0)
            {
                return ReadError;
            }

            rest = rest[count..];
            offset += count;
        }

        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(DescriptorFile* file, byte* buffer, int length, long offset) => ReadOnly;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(DescriptorFile* file, long length) => ReadOnly;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int DoNothing(DescriptorFile* file, int argument) => Ok;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Size(DescriptorFile* file, long* length)
    {
        Errno errno = RawDescriptor.GetStatus(file->Descriptor, out FileStatus status);
        *length = status.Size;
        return errno == Errno.None ? Ok : StatusError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int IsReserved(DescriptorFile* file, int* result)
    {
        *result = 0;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Control(DescriptorFile* file, int operation, void* argument) => NotFound;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SectorSize(DescriptorFile* file) => 4096;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Characteristics(DescriptorFile* file) => Immutable;

    /// <summary>sqlite3_file with what follows it in our files.</summary>
    private struct DescriptorFile
    {
        public FileMethods* Methods;
        public int Descriptor;
    }

    /// <summary>sqlite3_io_methods, version 1.</summary>
    private struct FileMethods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<DescriptorFile*, int> Close;
        public delegate* unmanaged[Cdecl]<DescriptorFile*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<DescriptorFile*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<DescriptorFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<DescriptorFile*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<DescriptorFile*, long*, int> Size;
        public delegate* unmanaged[Cdecl]<DescriptorFile*, int, int> Lock;
        public delegate* unmanaged[Cdecl]<DescriptorFile*, int, int> Unlock;
        public delegate* unmanaged[Cdecl]<DescriptorFile*, int*, int> IsReserved;
        public delegate* unmanaged[Cdecl]<DescriptorFile*, int, void*, int> Control;
        public delegate* unmanaged[Cdecl]<DescriptorFile*, int> SectorSize;
        public delegate* unmanaged[Cdecl]<DescriptorFile*, int> Characteristics;
    }

#pragma warning disable CS0649 // What is not assigned here is copied from the default file system.
    /// <summary>sqlite3_vfs, version 1.</summary>
    private struct FileSystemMethods
    {
        public int Version;
        public int FileLength;
        public int LongestName;
        public FileSystemMethods* Next;
        public byte* Name;
        public void* Data;
        public delegate* unmanaged[Cdecl]<FileSystemMethods*, byte*, DescriptorFile*, int, int*, int> Open;
        public delegate* unmanaged[Cdecl]<FileSystemMethods*, byte*, int, int> Delete;
        public delegate* unmanaged[Cdecl]<FileSystemMethods*, byte*, int, int*, int> Access;
        public delegate* unmanaged[Cdecl]<FileSystemMethods*, byte*, int, byte*, int> FullName;
        public void* OpenLibrary;
        public void* LibraryError;
        public void* LibrarySymbol;
        public void* CloseLibrary;
        public void* Randomness;
        public void* Sleep;
        public void* CurrentTime;
        public void* LastError;
    }
#pragma warning restore CS0649
}
