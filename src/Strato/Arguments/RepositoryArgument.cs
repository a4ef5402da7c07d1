using System.CommandLine;
using Strato.Core;

namespace Strato.Arguments;

/// <summary>The repository that a command is about.</summary>
internal static class RepositoryArgument
{
    public static Argument<string> Create(string description = "The repository") =>
        new Argument<string>("FQRN") { Description = description }.Checked(RepositoryName.Require);
}
