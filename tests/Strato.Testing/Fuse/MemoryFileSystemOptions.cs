using System.Globalization;
using Strato.Posix;

namespace Strato.Testing.Fuse;

/// <summary>How a test wants the memory file system served, as the serving process's arguments.</summary>
public sealed record MemoryFileSystemOptions
{
    /// <summary>Let other users in, which only root always may.</summary>
    public bool AllowOther { get; init; } = PosixProcess.EffectiveUserId == 0;

    /// <summary>How late the answers below /late are.</summary>
    public int LateMilliseconds { get; init; } = 50;

    /// <summary>Worker threads.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>Seconds that the kernel keeps names and attributes.</summary>
    public ulong Validity { get; init; } = 1_000_000;

    /// <summary>Whether listings are kept by the kernel (OPENDIR answered with ENOSYS).</summary>
    public bool CacheListings { get; init; } = true;

    /// <summary>The user that the process runs as; null for the test's own.</summary>
    public int? UserId { get; init; }

    /// <summary>Where the process looks for programs; null for where the test does.</summary>
    public string? SearchPath { get; init; }

    /// <summary>Serve an open device, descriptor 3, instead of mounting; the negotiated state is kept in this file, which a successor reads.</summary>
    public string? StateFile { get; init; }

    public static MemoryFileSystemOptions Parse(IEnumerable<string> arguments)
    {
        MemoryFileSystemOptions options = new();
        foreach (string argument in arguments)
        {
            string[] parts = argument.Split('=', 2);
            options = parts[0] switch
            {
                nameof(AllowOther) => options with { AllowOther = bool.Parse(parts[1]) },
                nameof(LateMilliseconds) => options with { LateMilliseconds = int.Parse(parts[1], CultureInfo.InvariantCulture) },
                nameof(Workers) => options with { Workers = int.Parse(parts[1], CultureInfo.InvariantCulture) },
                nameof(Validity) => options with { Validity = ulong.Parse(parts[1], CultureInfo.InvariantCulture) },
                nameof(CacheListings) => options with { CacheListings = bool.Parse(parts[1]) },
                nameof(StateFile) => options with { StateFile = parts[1] },
                _ => throw new ArgumentException($"unknown option {argument}", nameof(arguments)),
            };
        }

        return options;
    }

    public IEnumerable<string> ToArguments()
    {
        yield return $"{nameof(AllowOther)}={AllowOther}";
        yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(LateMilliseconds)}={LateMilliseconds}");
        yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(Workers)}={Workers}");
        yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(Validity)}={Validity}");
        yield return $"{nameof(CacheListings)}={CacheListings}";
        if (StateFile is not null)
        {
            yield return $"{nameof(StateFile)}={StateFile}";
        }
    }
}
