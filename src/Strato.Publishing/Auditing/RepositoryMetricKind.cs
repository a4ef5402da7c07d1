namespace Strato.Publishing.Auditing;

/// <summary>A metric about repositories of a home.</summary>
/// <param name="Name">An instrument's name, with dots.</param>
/// <param name="Unit">A UCUM unit as instruments have it: <c>s</c>, <c>By</c>, or a word in braces.</param>
/// <param name="IsCounter">True where it only grows.</param>
/// <param name="Description">What it is, for people.</param>
public sealed record RepositoryMetricKind(string Name, string Unit, bool IsCounter, string Description)
{
    /// <summary>The name in Prometheus's text format.</summary>
    public string TextName
    {
        get
        {
            string unit = Unit switch
            {
                "s" => "_seconds",
                "By" => "_bytes",
                _ => string.Empty,
            };
            return $"{Name.Replace('.', '_')}{unit}{(IsCounter ? "_total" : string.Empty)}";
        }
    }
}
