using Strato.Core;
using Strato.Core.Configuration;

namespace Strato.Client.Diagnosis;

/// <summary>
/// Finds out what is wrong with a machine's configuration. It changes nothing, and ends in bounded time whatever servers and file systems do: each thing is
/// waited for as long as <see cref="DiagnosisRequest.Patience"/>, and repositories are looked at side by side.
/// </summary>
public static class Diagnosis
{
    /// <summary>Repositories that are looked at at the same time.</summary>
    private const int Parallelism = 16;

    /// <summary>Looks at everything.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<IReadOnlyList<Finding>> RunAsync(DiagnosisRequest request, CancellationToken cancellation)
    {
        List<Finding> findings = [.. HostChecks.Run(request)];
        (IReadOnlyList<Finding> mounts, IReadOnlyList<string> hanging) = await MountChecks.RunAsync(request, cancellation);
        findings.AddRange(mounts);

        // Parameter files may lie in a repository that is mounted; nothing is read from a mount that does not answer.
        ConfigurationChecks files = new(request, hanging is [var mount, ..] ? new ConfigurationPaths(mount, null) : ConfigurationPaths.AsNamed);
        RepositoryConfiguration[] configurations = [.. files.FindNames(findings).Select(name => files.Find(name, findings)).OfType<RepositoryConfiguration>()];
        findings.AddRange(CacheChecks.Run(configurations));
        using SemaphoreSlim places = new(Parallelism);
        IReadOnlyList<Finding>[] ofRepositories = await Task.WhenAll(configurations.Select(LookAsync));
        findings.AddRange(ofRepositories.SelectMany(all => all));
        return findings;

        async Task<IReadOnlyList<Finding>> LookAsync(RepositoryConfiguration configuration)
        {
            await places.WaitAsync(cancellation);
            try
            {
                return await new RepositoryChecks(request, configuration).RunAsync(cancellation);
            }
            catch (StratoException error)
            {
                return [Finding.Problem(configuration.Name, error.Message, "correct that parameter")];
            }
            finally
            {
                places.Release();
            }
        }
    }
}
