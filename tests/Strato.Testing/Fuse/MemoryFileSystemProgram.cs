using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Strato.Fuse;
using Strato.Fuse.Mounting;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Testing.Fuse;

/// <summary>
/// The process that serves the memory file system: <c>memory-file-system DIRECTORY OPTION=VALUE...</c>. It says <c>ready</c>, then answers one
/// line for each command line, and unmounts when its standard input ends.
/// </summary>
internal sealed class MemoryFileSystemProgram
{
    public const string Verb = "memory-file-system";

    private const int DeviceDescriptor = 3;

    private readonly MemoryTree tree = MemoryTree.Create();
    private readonly byte[] directory;
    private readonly MemoryFileSystem fileSystem;
    private readonly FuseConnection connection;
    private int faults;

    private MemoryFileSystemProgram(byte[] directory, MemoryFileSystemOptions options)
    {
        this.directory = directory;
        LateAnswers late = new(TimeSpan.FromMilliseconds(options.LateMilliseconds));
        fileSystem = new MemoryFileSystem(tree, late) { Validity = options.Validity, OnInitialize = state => KeepState(options, state) };
        FuseInitFlags flags = FuseConnectionOptions.ReadOnlyFlags;
        FuseConnectionOptions served = new()
        {
            Workers = options.Workers,
            Flags = options.CacheListings ? flags : flags & ~FuseInitFlags.NoOpenDirSupport,
            OnFault = _ => Interlocked.Increment(ref faults),
        };
        FuseMountOptions mount = new() { Source = "memory"u8.ToArray(), Subtype = "strato-test", AllowOther = options.AllowOther };
        FileDescriptor device = options.StateFile is null ? FuseMount.Mount(directory, mount) : new FileDescriptor(DeviceDescriptor);
        connection = options.StateFile is not null && File.Exists(options.StateFile)
            ? FuseConnection.Adopt(device, fileSystem, served, MemoryMarshal.Read<FuseNegotiation>(File.ReadAllBytes(options.StateFile)))
            : new FuseConnection(device, fileSystem, served);
    }

    public static int Run(string[] arguments)
    {
        byte[] target = Encoding.UTF8.GetBytes(arguments[0]);
        MemoryFileSystemOptions options = MemoryFileSystemOptions.Parse(arguments[1..]);
        try
        {
            MemoryFileSystemProgram program = new(target, options);
            program.Serve();
            if (options.StateFile is null && !program.connection.Ended.IsCompleted)
            {
                FuseMount.Unmount(target, detach: true);
                program.connection.Ended.Wait(TimeSpan.FromSeconds(5));
            }

            return 0;
        }
        catch (FuseMountException exception)
        {
            Console.Out.WriteLine($"refused {exception.Message}");
            return 1;
        }
    }

    private static void KeepState(MemoryFileSystemOptions options, FuseNegotiation state)
    {
        if (options.StateFile is not null)
        {
            File.WriteAllBytes(options.StateFile, MemoryMarshal.AsBytes(new ReadOnlySpan<FuseNegotiation>(in state)));
        }
    }

    private void Serve()
    {
        connection.Start();
        connection.Initialized.Wait();
        Console.Out.WriteLine("ready");
        while (Console.In.ReadLine() is { } line)
        {
            Console.Out.WriteLine(Execute(line.Split(' ')));
        }
    }

    private string Execute(string[] words) => words switch
    {
        ["count", string opcode] => Text(fileSystem.Count(Enum.Parse<FuseOpcode>(opcode))),
        ["reset"] => Do(fileSystem.ResetCounts),
        ["lookups", string path] => Text(fileSystem.Lookups(tree.At(path).Id)),
        ["faults"] => Text(faults),
        ["deferred"] => Text(connection.DeferredCount),
        ["interrupted"] => Text(fileSystem.InterruptedCount),
        ["allocated"] => Text(GC.GetTotalAllocatedBytes(precise: true)),
        ["flags"] => $"{fileSystem.Negotiated.Flags}",
        ["minor"] => Text(fileSystem.Negotiated.Minor),
        ["revision", string number] => Do(() => fileSystem.Revision = int.Parse(number, CultureInfo.InvariantCulture)),
        ["invalidate", string path] => $"{connection.Notifier.InvalidateInode(tree.At(path).Id)}",
        ["expire", string path] => $"{Entry(path, connection.Notifier.ExpireEntry)}",
        ["drop", string path] => $"{Entry(path, connection.Notifier.DropEntry)}",
        ["expire-all", string path] => Text(ExpireAll(tree.At(path))),
        ["epoch"] => $"{connection.Notifier.IncrementEpoch()}",
        ["ended"] => $"{connection.Ended.IsCompleted}",
        ["destroyed"] => $"{fileSystem.IsDestroyed}",
        ["unmount"] => Do(() => FuseMount.Unmount(directory, detach: false)),
        ["resend"] => $"{connection.Notifier.Resend()}",
        _ => $"unknown command {string.Join(' ', words)}",
    };

    private Errno Entry(string path, EntryNotification notify)
    {
        int slash = path.LastIndexOf('/');
        return notify(tree.At(path[..slash]).Id, Encoding.UTF8.GetBytes(path[(slash + 1)..]));
    }

    /// <summary>Expires every name of a directory; the microseconds that it took.</summary>
    private long ExpireAll(MemoryNode directory)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (MemoryNode child in directory.Children)
        {
            Errno errno = connection.Notifier.ExpireEntry(directory.Id, child.Name);
            if (errno is not (Errno.None or Errno.ENOENT))
            {
                errno.ThrowIfFailed("expire", child.Name);
            }
        }

        return (long)Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static string Do(Action action)
    {
        action();
        return "done";
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private delegate Errno EntryNotification(ulong parent, ReadOnlySpan<byte> name);
}
