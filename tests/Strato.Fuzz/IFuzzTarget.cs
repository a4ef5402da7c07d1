namespace Strato.Fuzz;

/// <summary>
/// A parser of foreign bytes. Implementations lie in Targets/ and are found by their type; they have a constructor without
/// parameters and are used by one thread. An instance may keep what is costly to make; its answer depends on the input only.
/// </summary>
internal interface IFuzzTarget
{
    /// <summary>The name on the command line, lower case with dashes.</summary>
    string Name { get; }

    /// <summary>Inputs to start from, best real ones: see <see cref="GoldenSeeds"/>.</summary>
    IEnumerable<byte[]> Seeds { get; }

    /// <summary>
    /// The managed memory that one input may take, in bytes. Whoever reads foreign bytes bounds what they can make it allocate.
    /// </summary>
    long AllocationLimit => 64 * 1024 * 1024;

    /// <summary>
    /// Parses one input. True where it was accepted, which makes it a seed for further ones. A <see cref="Core.StratoException"/>
    /// refuses it as well as false does; any other exception is a finding, as are too much time or memory.
    /// </summary>
    bool Run(byte[] input);
}
