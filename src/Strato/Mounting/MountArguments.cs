using Strato.Core;
using Strato.Core.Configuration;

namespace Strato.Mounting;

/// <summary>What the command line says about a mount; null where it says nothing.</summary>
internal sealed record MountArguments
{
    /// <summary>What messages call the command line as a place that sets parameters.</summary>
    public const string Origin = "command line";

    /// <summary>The repository; null for all.</summary>
    public required string? Repository { get; init; }

    /// <summary>The home, in which a repository that was made here has its key and storage.</summary>
    public required string Home { get; init; }

    /// <summary><c>--server</c></summary>
    public string? Server { get; init; }

    /// <summary><c>--config</c></summary>
    public string? ConfigFolder { get; init; }

    /// <summary>The directory that is mounted on by a mount of all; its files are not read. Null for a mount of one.</summary>
    public string? OwnMount { get; init; }

    /// <summary><c>--key</c></summary>
    public string? Key { get; init; }

    /// <summary><c>--proxy</c></summary>
    public string? Proxy { get; init; }

    /// <summary><c>--cache</c></summary>
    public string? Cache { get; init; }

    /// <summary><c>--quota</c>, in megabytes.</summary>
    public long? Quota { get; init; }

    /// <summary>Parameters that options other than <c>--set</c> stand for, such as a pin.</summary>
    public IReadOnlyList<Parameter> Pins { get; init; } = [];

    /// <summary><c>--set NAME=VALUE</c></summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The parameters that they stand for.</summary>
    /// <exception cref="StratoException">A <c>--set</c> is malformed.</exception>
    public IReadOnlyList<Parameter> Overrides =>
    [
        .. Settings.Select(ParseSetting), .. Pins,
        .. Server is null ? [] : (Parameter[])[new Parameter("CVMFS_SERVER_URL", Server, Origin)],
        .. Proxy is null ? [] : (Parameter[])[new Parameter("CVMFS_HTTP_PROXY", Proxy, Origin)],
    ];

    /// <summary>Reads <c>NAME=VALUE</c>.</summary>
    /// <exception cref="StratoException">It is not of that form.</exception>
    public static Parameter ParseSetting(string setting)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new Parameter(setting[..equals], setting[(equals + 1)..], Origin)
            : throw new StratoException($"cannot take --set {setting}: write NAME=VALUE");
    }
}
