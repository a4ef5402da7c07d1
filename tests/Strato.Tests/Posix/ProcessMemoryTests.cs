using Strato.Posix;

namespace Strato.Tests.Posix;

public sealed class ProcessMemoryTests
{
    [Theory]
    [InlineData("7f0000001000-7f0000003000 r-xp 00001000 08:01 1234                       /usr/lib/libc.so.6", 0x2000)]
    [InlineData("7f0000001000-7f0000002000 r--p 00000000 08:01 1234 /a path/with blanks", 0x1000)]
    [InlineData("7f0000001000-7f0000004000 r--s 00000000 08:01 1234 /usr/share/dotnet/System.Private.CoreLib.dll", 0x3000)]
    [InlineData("7f0000001000-7f0000003000 rw-p 00001000 08:01 1234 /usr/lib/libc.so.6", 0)]
    [InlineData("7f0000001000-7f0000003000 rw-s 00000000 08:01 1234 /var/cache/strato/usage", 0)]
    [InlineData("7f0000001000-7f0000003000 r-xs 00001000 08:01 1234 /dev/shm/x", 0)]
    [InlineData("7f0000001000-7f0000003000 r-xp 00001000 00:01 99 /memfd:doublemapper (deleted)", 0)]
    [InlineData("7f0000001000-7f0000003000 r-xp 00000000 00:00 0 [vdso]", 0)]
    [InlineData("7f0000001000-7f0000003000 r-xp 00000000 00:00 0", 0)]
    [InlineData("Rss:                   4 kB", 0)]
    [InlineData("", 0)]
    public void Only_mappings_of_files_that_are_not_written_to_are_programs(string line, int length) =>
        Assert.Equal(length, (int)(ProgramMapping.TryParse(line)?.Length ?? 0));

    [Fact]
    public void What_is_let_go_is_there_when_it_is_used_again()
    {
        IReadOnlySet<ProgramMapping> before = ProcessMemory.ListCleanPrograms();
        Assert.Contains(before, mapping => mapping.File.Contains("libc", StringComparison.Ordinal));

        // Those of the C library have long been loaded; the tests beside this one may be loading others.
        ProcessMemory.Release(before.Where(mapping => Path.GetFileName(mapping.File).StartsWith("libc.", StringComparison.Ordinal)));

        Assert.Equal("1,2", string.Join(',', new[] { 2, 1 }.Order()));
        Assert.NotEmpty(File.ReadAllLines("/proc/self/maps"));
    }
}
