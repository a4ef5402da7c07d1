using Strato.Commands;
using Strato.Testing.Fuse;
using Strato.Testing.Nodes;
using Strato.Testing.Processes;
using Strato.Testing.Storage;

namespace Strato.Testing;

/// <summary>The processes that tests need beside themselves.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => arguments switch
    {
        [MemoryFileSystemProgram.Verb, .. string[] rest] => MemoryFileSystemProgram.Run(rest),
        [StorageWriterProgram.Verb, .. string[] rest] => StorageWriterProgram.Run(rest),
        [StateChurnProgram.Verb] => StateChurnProgram.Run(),
        [ShiftedStratoProgram.Verb, string offsetFile, .. string[] rest] => ShiftedStratoProgram.Run(offsetFile, rest),

        // A mount's daemon in this program starts this program as its holder.
        [HoldCommand.Name, ..] => HoldCommand.Run(),
        _ => throw new ArgumentException($"not a program for tests: {string.Join(' ', arguments)}", nameof(arguments)),
    };
}
