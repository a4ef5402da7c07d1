using System.Text.RegularExpressions;
using Strato.Client.Volumes;
using Strato.Core;

namespace Strato.Containers.Docker;

/// <summary>
/// A volume as <c>docker volume create</c> describes it: a name and options. Without the option <c>repository</c> the name says what is shown: a repository, <c>REPOSITORY@TAG</c>,
/// <c>REPOSITORY#HASH</c>, or <c>cvmfs</c> for all repositories.
/// </summary>
internal sealed partial record DockerVolume(string Name, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>The volume of all repositories.</summary>
    private const string Everything = "cvmfs";

    /// <summary>What the volume shows.</summary>
    public required VolumeAttributes Attributes { get; init; }

    /// <summary>Reads a name and options.</summary>
    /// <exception cref="VolumeFailure">They are malformed or say nothing that can be shown.</exception>
    public static DockerVolume Parse(string name, IReadOnlyDictionary<string, string>? options)
    {
        RequireName(name);
        Dictionary<string, string> given = new(options ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        Dictionary<string, string> attributes = new(given, StringComparer.Ordinal);
        if (!given.ContainsKey("repository") && name != Everything)
        {
            int mark = name.AsSpan().IndexOfAny('@', '#');
            attributes["repository"] = mark < 0 ? name : name[..mark];
            if (mark >= 0 && !attributes.TryAdd(name[mark] == '@' ? "tag" : "hash", name[(mark + 1)..]))
            {
                throw VolumeFailure.Invalid($"the volume's name '{name}' and its options both say which revision it shows: leave one of them out");
            }

            if (!RepositoryName.IsValid(attributes["repository"]))
            {
                throw VolumeFailure.Invalid($"'{name}' is not a repository: name the volume as one (cms.cern.ch), or choose one with -o repository=NAME");
            }
        }

        return new DockerVolume(name, given) { Attributes = VolumeAttributes.Parse(attributes) };
    }

    /// <summary>Throws where a name could not be one: it becomes a directory's.</summary>
    public static void RequireName(string name)
    {
        if (!NameForm().IsMatch(name))
        {
            throw VolumeFailure.Invalid($"a volume cannot be named '{VolumeAttributes.Printable(name)}': letters, digits and _ . - @ # only, beginning with a letter or digit, at most 200");
        }
    }

    /// <summary>Whether the same was asked for; no options at all are those that it has, as in <c>docker run -v NAME:DIR</c>.</summary>
    public bool Fits(DockerVolume asked) =>
        asked.Options.Count == 0 || (asked.Options.Count == Options.Count && asked.Options.All(pair => Options.GetValueOrDefault(pair.Key) == pair.Value));

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.@#-]{0,199}\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameForm();
}
