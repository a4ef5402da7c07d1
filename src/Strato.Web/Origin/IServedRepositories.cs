using System.Diagnostics.CodeAnalysis;

namespace Strato.Web.Origin;

/// <summary>
/// What an origin serves. It is asked for every request, from any thread, so answers are quick; a repository that appears
/// or goes away is noticed within seconds.
/// </summary>
public interface IServedRepositories
{
    /// <summary>Finds a repository by its name, which comes from the request and may be anything.</summary>
    bool TryFind(string name, [NotNullWhen(true)] out ServedRepository? repository);

    /// <summary>Every repository, ordered by name.</summary>
    IReadOnlyList<ServedRepository> List();
}
