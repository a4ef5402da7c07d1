using System.Text;

namespace Strato.Core.Configuration;

/// <summary>Puts a repository's name into parameters: <c>@fqrn@</c> is all of it, <c>@org@</c> the part before the first dot.</summary>
internal static class ParameterTemplate
{
    /// <summary>Replaces what is known between two at-signs; anything else stays as it is.</summary>
    public static string Apply(string value, string repository)
    {
        StringBuilder result = new();
        int at = 0;
        while (value.IndexOf('@', at) is >= 0 and int open && value.IndexOf('@', open + 1) is >= 0 and int close)
        {
            string name = value[(open + 1)..close];
            result.Append(value, at, open - at);
            result.Append(name switch
            {
                "fqrn" => repository,
                "org" => repository.Split('.')[0],
                _ => $"@{name}@",
            });
            at = close + 1;
        }

        return result.Append(value, at, value.Length - at).ToString();
    }
}
