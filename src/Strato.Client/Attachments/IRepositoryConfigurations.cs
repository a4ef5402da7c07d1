using Strato.Core;
using Strato.Core.Configuration;

namespace Strato.Client.Attachments;

/// <summary>
/// How repositories are to be used, as files and the command line say at the time of the question. Safe on all threads; may read local files, never
/// what is mounted by this process.
/// </summary>
public interface IRepositoryConfigurations
{
    /// <summary>The repositories that are configured by name, for a mount of all to list.</summary>
    IReadOnlyList<string> List(ConfigurationPaths paths);

    /// <summary>The repository that has configuration for others (CVMFS_CONFIG_REPOSITORY); null for none.</summary>
    string? FindConfigRepository(ConfigurationPaths paths);

    /// <summary>
    /// The configuration of one repository. Throws <see cref="UnknownRepositoryException"/> where no server or no key is known for it, another
    /// <see cref="StratoException"/> where its configuration is malformed.
    /// </summary>
    RepositoryConfiguration Find(AttachmentRequest request);
}
