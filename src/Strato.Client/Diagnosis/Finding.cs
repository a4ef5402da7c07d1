namespace Strato.Client.Diagnosis;

/// <summary>Something that a diagnosis found out.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Area">What it is about, such as <c>fuse</c>, <c>cache</c> or a repository's name.</param>
/// <param name="What">What was found, in one line.</param>
/// <param name="Remedy">What to do, in one line; null where there is nothing to do.</param>
public sealed record Finding(FindingLevel Level, string Area, string What, string? Remedy)
{
    public static Finding Ok(string area, string what) => new(FindingLevel.Ok, area, what, null);

    public static Finding Warning(string area, string what, string remedy) => new(FindingLevel.Warning, area, what, remedy);

    public static Finding Problem(string area, string what, string remedy) => new(FindingLevel.Problem, area, what, remedy);
}
