namespace Strato.Storage.Local;

/// <summary>
/// Tells whether the machine has gone down since something was written: what a dead process wrote is safe in the page cache, unless it
/// has.
/// </summary>
internal static class BootId
{
    /// <summary>More than a UUID's 36 characters.</summary>
    public const int MaximumLength = 64;

    /// <summary>The kernel's random id of this boot, the same in every container of a machine.</summary>
    public static string Read() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
