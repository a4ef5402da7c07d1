using System.Text;
using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>
/// A program started with chosen descriptors open in it, which the base library's Process cannot do. Nothing else is inherited, also while
/// other threads start programs, because every descriptor of this project is close-on-exec.
/// </summary>
public sealed unsafe class SpawnedProgram
{
    // posix_spawn_file_actions_t: 80 bytes in glibc and musl. posix_spawnattr_t: 336 in both; sigset_t: 128.
    private const int FileActionsSize = 256;
    private const int AttributesSize = 512;
    private const int SignalSetSize = 128;
    private const int SignalMask = 0x7F;

    private SpawnedProgram(int id) => Id = id;

    /// <summary>The process id, its own until <see cref="WaitForExit"/> or <see cref="TryReap"/> has told its end.</summary>
    public int Id { get; }

    /// <summary>
    /// Starts a program that is searched for in PATH; ENOENT where it is not found. Its environment is this process's with
    /// <paramref name="additions"/> on top.
    /// </summary>
    /// <param name="program">The program's name or path.</param>
    /// <param name="arguments">Its arguments, without the name that comes first.</param>
    /// <param name="additions">Environment variables to add or replace.</param>
    /// <param name="descriptors">Each descriptor and the number that it gets in the program.</param>
    /// <param name="child">The running program; null on failure.</param>
    /// <param name="options">What else is different in the program.</param>
    /// <param name="directory">Its working directory, where that is not this process's; ENOENT where it does not exist.</param>
    public static Errno Start(
        string program,
        IEnumerable<byte[]> arguments,
        IReadOnlyDictionary<string, string> additions,
        IReadOnlyList<(FileDescriptor Descriptor, int Target)> descriptors,
        out SpawnedProgram? child,
        SpawnOptions options = SpawnOptions.None,
        byte[]? directory = null)
    {
        child = null;
        byte[] file = Encoding.UTF8.GetBytes(program);
        using NativeStrings argumentVector = new([file, .. arguments]);
        using NativeStrings environment = new(Environment(additions));
        byte* actions = stackalloc byte[FileActionsSize];
        byte* attributes = stackalloc byte[AttributesSize];
        Errno errno = (Errno)LibCProcess.FileActionsInit(actions);
        if (errno != Errno.None)
        {
            return errno;
        }

        errno = InitializeAttributes(attributes, options);

        List<FileDescriptor> sources = [];
        try
        {
            // Copies above every target: otherwise one target could be the number of a source that is still needed.
            int lowest = descriptors.Select(pair => pair.Target + 1).DefaultIfEmpty().Max();
            for (int i = 0; i < descriptors.Count && errno == Errno.None; i++)
            {
                errno = PosixFile.Duplicate(descriptors[i].Descriptor, lowest, out FileDescriptor? source);
                if (errno == Errno.None)
                {
                    sources.Add(source!);
                    errno = (Errno)LibCProcess.FileActionsAddDup2(actions, source!.Value, descriptors[i].Target);
                }
            }

            using NativeStrings place = new(directory is null ? [] : [directory]);
            if (errno == Errno.None && directory is not null)
            {
                errno = (Errno)LibCProcess.FileActionsAddChDir(actions, place.Vector[0]);
            }

            int process = 0;
            errno = errno != Errno.None
                ? errno
                : (Errno)LibCProcess.PosixSpawn(&process, argumentVector.Vector[0], actions, attributes, argumentVector.Vector, environment.Vector);
            child = errno == Errno.None ? new SpawnedProgram(process) : null;
            return errno;
        }
        finally
        {
            sources.ForEach(source => source.Dispose());
            _ = LibCProcess.FileActionsDestroy(actions);
            _ = LibCProcess.SpawnAttributesDestroy(attributes);
        }
    }

    /// <summary>Waits, once, for the program's end; its exit code, or 128 plus the number of the signal that ended it.</summary>
    public Errno WaitForExit(out int exitCode)
    {
        int status = 0;
        Errno errno;
        do
        {
            errno = LibC.Check(LibCProcess.WaitPid(Id, &status, 0));
        }
        while (errno == Errno.EINTR);
        exitCode = ExitCode(status);
        return errno;
    }

    /// <summary>As <see cref="WaitForExit"/>, without waiting: false where the program still runs.</summary>
    public bool TryReap(out int exitCode)
    {
        const int doNotWait = 1;
        int status = 0;
        bool ended = LibCProcess.WaitPid(Id, &status, doNotWait) == Id;
        exitCode = ended ? ExitCode(status) : 0;
        return ended;
    }

    private static int ExitCode(int status) => (status & SignalMask) == 0 ? (status >> 8) & 0xFF : 128 + (status & SignalMask);

    private static Errno InitializeAttributes(byte* attributes, SpawnOptions options)
    {
        const short setDefaultSignals = 0x04;
        const short newSession = 0x80;
        Errno errno = (Errno)LibCProcess.SpawnAttributesInit(attributes);
        short flags = 0;
        if (errno == Errno.None && options.HasFlag(SpawnOptions.DefaultSignals))
        {
            byte* all = stackalloc byte[SignalSetSize];
            _ = LibCProcess.FillSignalSet(all);
            errno = (Errno)LibCProcess.SpawnAttributesSetDefaultSignals(attributes, all);
            flags |= setDefaultSignals;
        }

        flags |= options.HasFlag(SpawnOptions.NewSession) ? newSession : (short)0;
        return errno == Errno.None ? (Errno)LibCProcess.SpawnAttributesSetFlags(attributes, flags) : errno;
    }

    private static IEnumerable<byte[]> Environment(IReadOnlyDictionary<string, string> additions)
    {
        foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            if (!additions.ContainsKey((string)entry.Key))
            {
                yield return Encoding.UTF8.GetBytes($"{entry.Key}={entry.Value}");
            }
        }

        foreach ((string name, string value) in additions)
        {
            yield return Encoding.UTF8.GetBytes($"{name}={value}");
        }
    }
}
