namespace Strato.Publishing.Adopting;

/// <summary>A repository of the genuine tools that a home is to publish from now on, where it is.</summary>
public sealed record ImportRequest
{
    /// <summary>The folder in which the genuine server has a folder of settings for each repository.</summary>
    public const string DefaultConfigurations = "/etc/cvmfs/repositories.d";

    /// <summary>The folder in which the genuine tools have keys.</summary>
    public const string DefaultKeys = "/etc/cvmfs/keys";

    /// <summary>The fully qualified name.</summary>
    public required string Repository { get; init; }

    /// <summary>The directory with <c>.cvmfspublished</c> and <c>data/</c>, an absolute path; null for what the settings say.</summary>
    public string? Storage { get; init; }

    /// <summary>
    /// The directory with FQRN.pub, .crt, .key and, if it is to be there, .masterkey, an absolute path; null for where the settings say that the
    /// public key is, or for <see cref="DefaultKeys"/>.
    /// </summary>
    public string? Keys { get; init; }

    /// <summary>The directory with <c>server.conf</c> and <c>client.conf</c>, an absolute path; null for the one in <see cref="DefaultConfigurations"/>.</summary>
    public string? Configuration { get; init; }
}
