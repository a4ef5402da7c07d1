using System.Globalization;
using System.Runtime.InteropServices;

namespace Strato.Benchmarks.Whole;

/// <summary>What a result was measured on, and how busy that was with other things: the load average of the last minute before the start.</summary>
internal sealed record Machine(string Processor, int Cores, string Memory, string Kernel, string DotNet, string FileSystem, string Load)
{
    /// <summary>Describes this machine; <paramref name="folder"/> is where the benchmark works.</summary>
    public static Machine Describe(string folder)
    {
        string processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString();
        long kilobytes = long.Parse(
            File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        string release = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        DriveInfo drive = new(folder);
        return new Machine(
            processor,
            Environment.ProcessorCount,
            string.Create(CultureInfo.InvariantCulture, $"{kilobytes / 1048576.0:F0} GiB"),
            "Linux " + release.Split('-')[0],
            Environment.Version.ToString(),
            drive.DriveFormat,
            File.ReadAllText("/proc/loadavg").Split(' ')[0]);
    }
}
