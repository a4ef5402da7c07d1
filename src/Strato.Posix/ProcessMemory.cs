using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>How much memory this process keeps.</summary>
public static unsafe class ProcessMemory
{
    private const int ArenaMax = -8;
    private const int DontNeed = 4;

    /// <summary>
    /// Bounds the heaps that the C library keeps for threads, so that what one thread has freed serves the others. False where the C library cannot be told. Call it
    /// before threads allocate.
    /// </summary>
    public static bool LimitArenas(int count)
    {
        try
        {
            return LibCProcess.MallOpt(ArenaMax, count) == 1;
        }
        catch (EntryPointNotFoundException)
        {
            // musl has one heap.
            return false;
        }
    }

    /// <summary>The mappings of program files that hold nothing but what is in the files.</summary>
    public static IReadOnlySet<ProgramMapping> ListCleanPrograms()
    {
        HashSet<ProgramMapping> clean = [];
        ProgramMapping? current = null;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (current is { } mapping && line.EndsWith(" 0 kB", StringComparison.Ordinal))
                {
                    clean.Add(mapping);
                }

                current = null;
            }
            else if (char.IsAsciiHexDigitLower(line[0]))
            {
                current = ProgramMapping.TryParse(line);
            }
        }

        return clean;
    }

    /// <summary>
    /// Lets the pages of such mappings go; those that are used again are mapped again from the page cache. Whoever may be relocating one of them in this
    /// moment would lose that, so give those only that have been there for a while.
    /// </summary>
    public static void Release(IEnumerable<ProgramMapping> mappings)
    {
        foreach (ProgramMapping mapping in mappings)
        {
            LibC.Check(LibCProcess.MAdvise((void*)mapping.Start, mapping.Length, DontNeed)).ThrowIfFailed("let program pages go");
        }
    }
}
