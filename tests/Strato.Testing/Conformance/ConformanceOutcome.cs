namespace Strato.Testing.Conformance;

/// <summary>How a check ended.</summary>
internal enum ConformanceOutcome
{
    Pass,
    Fail,

    /// <summary>It says of itself that it cannot be made here.</summary>
    Skip,
}
