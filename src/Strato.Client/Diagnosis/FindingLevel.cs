namespace Strato.Client.Diagnosis;

/// <summary>How bad a finding is.</summary>
public enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, but not as well or not for long.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Problem,
}
