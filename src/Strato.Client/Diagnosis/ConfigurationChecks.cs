using Strato.Client.Attachments;
using Strato.Core;
using Strato.Core.Configuration;

namespace Strato.Client.Diagnosis;

/// <summary>Looks at the parameter files.</summary>
internal sealed class ConfigurationChecks(DiagnosisRequest request, ConfigurationPaths paths)
{
    private static readonly string[] Folders = [".", "default.d", "domain.d", "config.d"];

    /// <summary>Looks at what is common to all repositories; the repositories that are meant.</summary>
    public IReadOnlyList<string> FindNames(List<Finding> findings)
    {
        findings.AddRange(CheckFiles(request.ConfigFolder));
        if (request.Names.Count > 0)
        {
            return request.Names;
        }

        try
        {
            string[] names = [.. request.Repositories.List(paths).Order(StringComparer.Ordinal)];
            if (names.Length == 0)
            {
                findings.Add(Finding.Warning(
                    "configuration",
                    "no repository is configured by name, so none is looked at",
                    "set CVMFS_REPOSITORIES in default.local, or name a repository: strato doctor FQRN"));
            }

            return names;
        }
        catch (StratoException error)
        {
            findings.Add(Finding.Problem("configuration", error.Message, "correct that file"));
            return [];
        }
    }

    /// <summary>The configuration of a repository; null where it cannot be used, which is a finding.</summary>
    public RepositoryConfiguration? Find(string name, List<Finding> findings)
    {
        try
        {
            RepositoryConfiguration configuration = request.Repositories.Find(new AttachmentRequest(name, [], paths));
            findings.AddRange(configuration.Notes.Select(note => Finding.Warning(name, $"configuration: {note}", "correct the line, or set in default.local what it is to set")));
            return configuration;
        }
        catch (StratoException error)
        {
            findings.Add(Finding.Problem(name, error.Message, "complete the parameter files of the repository or of its domain (config.d, domain.d)"));
            return null;
        }
    }

    private static IEnumerable<Finding> CheckFiles(string folder)
    {
        if (!Directory.Exists(folder))
        {
            yield return Finding.Warning("configuration", $"there is no {folder}", "install the site's configuration package, or give --server and --key when mounting");
            yield break;
        }

        int readable = 0;
        foreach (string file in Folders.Select(sub => Path.GetFullPath(Path.Combine(folder, sub))).Where(Directory.Exists).SelectMany(Directory.GetFiles).Where(IsParameters))
        {
            string? problem = null;
            try
            {
                File.OpenHandle(file).Dispose();
                readable++;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                problem = error.Message;
            }

            if (problem is not null)
            {
                yield return Finding.Problem("configuration", $"{file} cannot be read: {problem}", "let this user read it (chmod a+r), or remove it");
            }
        }

        yield return Finding.Ok("configuration", $"{readable} parameter file{(readable == 1 ? "" : "s")} in {folder} can be read");
    }

    private static bool IsParameters(string file) => Path.GetExtension(file) is ".conf" or ".local";
}
