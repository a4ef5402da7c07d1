using System.Collections.Frozen;
using Strato.Core.Configuration;

namespace Strato.Client.Xattrs;

/// <summary>Who sees magic attributes, as the configuration says. Immutable.</summary>
internal sealed class XattrPolicy
{
    private readonly FrozenSet<string> protectedNames;
    private readonly FrozenSet<uint> privilegedGroups;

    public XattrPolicy(RepositoryConfiguration configuration)
    {
        Visibility = configuration.MagicXattrVisibility;
        protectedNames = configuration.ProtectedXattrs.ToFrozenSet(StringComparer.Ordinal);
        privilegedGroups = configuration.PrivilegedGroups.ToFrozenSet();
    }

    /// <summary>On which nodes magic attributes are listed.</summary>
    public MagicXattrVisibility Visibility { get; }

    /// <summary>Whether a group may read a magic attribute.</summary>
    public bool Allows(string name, uint group) => !protectedNames.Contains(name) || privilegedGroups.Contains(group);
}
