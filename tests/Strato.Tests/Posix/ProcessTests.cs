using System.Text;
using Strato.Posix;

namespace Strato.Tests.Posix;

/// <summary>Programs with chosen descriptors, and descriptors over sockets.</summary>
public sealed class ProcessTests
{
    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);

    [Fact]
    public void A_program_gets_its_arguments_environment_and_descriptors()
    {
        Pipe.Create(out FileDescriptor? reader, out FileDescriptor? writer).ThrowIfFailed("make a pipe");
        using (reader)
        using (writer)
        {
            Dictionary<string, string> environment = new(StringComparer.Ordinal) { ["STRATO_TEST"] = "from here" };
            byte[][] arguments = ["-c"u8.ToArray(), "printf '%s %s' \"$STRATO_TEST\" \"$1\" >&7; exit 3"u8.ToArray(), "sh"u8.ToArray(), [0xFF, (byte)' ', 0x80]];

            SpawnedProgram.Start("sh", arguments, environment, [(writer!, 7)], out SpawnedProgram? program).ThrowIfFailed("start");
            writer!.Dispose();
            byte[] output = new byte[100];
            PosixFile.Read(reader!, output, out int count).ThrowIfFailed("read");

            Assert.Equal(Errno.None, program!.WaitForExit(out int code));
            Assert.Equal(3, code);
            Assert.Equal([.. "from here "u8, 0xFF, (byte)' ', 0x80], output[..count]);
        }
    }

    [Fact]
    public void A_program_that_is_not_there_is_told() =>
        Assert.Equal(Errno.ENOENT, SpawnedProgram.Start("no-such-program-here", [], Nothing, [], out _));

    [Fact]
    public void A_program_that_is_killed_is_told()
    {
        SpawnedProgram.Start("sleep", ["100"u8.ToArray()], Nothing, [], out SpawnedProgram? program).ThrowIfFailed("start");

        Assert.Equal(Errno.None, PosixProcess.Kill(program!.Id, Signal.Kill));

        Assert.Equal(Errno.None, program.WaitForExit(out int code));
        Assert.Equal(137, code);
        Assert.Equal(Errno.ECHILD, program.WaitForExit(out _));
    }

    [Fact]
    public void A_descriptor_passes_over_a_socket()
    {
        DescriptorSocket.CreatePair(out FileDescriptor? here, out FileDescriptor? there).ThrowIfFailed("make a pair");
        using (here)
        using (there)
        {
            MemoryFile.Create("passed"u8, out FileDescriptor? file).ThrowIfFailed("make");
            PosixFile.WriteAll(file!, "content"u8).ThrowIfFailed("write");
            Assert.Equal(Errno.None, DescriptorSocket.Send(here!, "take this"u8, file!));
            file!.Dispose();
            byte[] bytes = new byte[100];

            Assert.Equal(Errno.None, DescriptorSocket.Receive(there!, bytes, out int count, out FileDescriptor? received));

            Assert.Equal("take this", Encoding.UTF8.GetString(bytes, 0, count));
            using (received)
            {
                Assert.Equal(Errno.None, PosixFile.ReadAt(received!, bytes, 0, out count));
                Assert.Equal("content", Encoding.UTF8.GetString(bytes, 0, count));
            }

            PosixFile.WriteAll(here!, "x"u8).ThrowIfFailed("write");
            Assert.Equal(Errno.None, DescriptorSocket.Receive(there!, bytes, out count, out FileDescriptor? none));
            Assert.Equal((1, true), (count, none is null));
            here!.Dispose();
            Assert.Equal(Errno.None, DescriptorSocket.Receive(there!, bytes, out count, out _));
            Assert.Equal(0, count);
        }
    }

    [Fact]
    public void Waiting_tells_what_happened()
    {
        Pipe.Create(out FileDescriptor? reader, out FileDescriptor? writer).ThrowIfFailed("make a pipe");
        using (reader)
        {
            Assert.Equal(Errno.None, Polling.Wait(reader!, PollEvents.Readable, 0, out PollEvents happened));
            Assert.Equal(PollEvents.None, happened);
            PosixFile.WriteAll(writer!, "x"u8).ThrowIfFailed("write");
            Assert.Equal(Errno.None, Polling.Wait(reader!, PollEvents.Readable, -1, out happened));
            Assert.Equal(PollEvents.Readable, happened);
            writer!.Dispose();
            Assert.Equal(Errno.None, Polling.Wait(reader!, PollEvents.Readable, -1, out happened));
            Assert.Equal(PollEvents.Readable | PollEvents.HangUp, happened);
        }
    }
}
