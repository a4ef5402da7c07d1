namespace Strato.Posix;

/// <summary>posix_fadvise(2)'s advice, in the numbers of x86_64 and aarch64.</summary>
public enum AccessAdvice
{
    Normal = 0,
    Random = 1,
    Sequential = 2,
    WillNeed = 3,
    DontNeed = 4,
    NoReuse = 5,
}
