using System.Globalization;
using Strato.Testing.Golden;

namespace Strato.Testing.Mounting;

/// <summary>What to mount.</summary>
public sealed record StratoMountOptions
{
    /// <summary>The repository; null for all.</summary>
    public string? Repository { get; init; }

    /// <summary>The home of the mount: its cache and runtime files.</summary>
    public required string Home { get; init; }

    public string? Server { get; init; }

    public string? PublicKey { get; init; }

    public string? Tag { get; init; }

    /// <summary>The folder of the parameter files; an empty one where it is not told and all are mounted.</summary>
    public string? ConfigFolder { get; init; }

    /// <summary>Parameters, <c>NAME=VALUE</c>. Owners are shown as published whatever the machine's configuration says.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The cache's directory; one in the home where null.</summary>
    public string? Cache { get; init; }

    /// <summary>The cache's quota in megabytes; the default where null.</summary>
    public int? Quota { get; init; }

    /// <summary>A file that says by how many seconds the daemon's clock is ahead (<see cref="StratoMount.ShiftClock"/>); the true time where null.</summary>
    public string? ClockFile { get; init; }

    /// <summary>The user who mounts, through fusermount3; the test's own where null. The home is made for him.</summary>
    public int? UserId { get; init; }

    internal IEnumerable<string> Arguments
    {
        get
        {
            foreach ((string name, string? value) in new[] { ("--server", Server), ("--key", PublicKey), ("--tag", Tag), ("--config", ConfigFolder), ("--cache", Cache), ("--quota", Quota?.ToString(CultureInfo.InvariantCulture)) })
            {
                if (value is not null)
                {
                    yield return name;
                    yield return value;
                }
            }

            foreach (string setting in Settings.Prepend("CVMFS_CLAIM_OWNERSHIP=no").Prepend("CVMFS_HTTP_PROXY=DIRECT"))
            {
                yield return "--set";
                yield return setting;
            }
        }
    }

    /// <summary>A golden repository at one of its tags, from a server that has it at <c>/cvmfs/NAME</c>.</summary>
    public static StratoMountOptions Of(GoldenRepository repository, string tag, string home, string server) => new()
    {
        Repository = repository.Name,
        Home = home,
        Server = $"{server}/cvmfs/{repository.Name}",
        PublicKey = repository.PublicKey,
        Tag = tag == "trunk" ? null : tag,
    };
}
