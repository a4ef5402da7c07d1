namespace Strato.Posix;

/// <summary>What access(2) is asked about; the values are the kernel's.</summary>
[Flags]
public enum AccessModes
{
    /// <summary>That the path exists.</summary>
    None = 0,

    /// <summary>Running a file, or searching a directory.</summary>
    Execute = 1,
    Write = 2,
    Read = 4,
}
