using Strato.Core;

namespace Strato.Arguments;

/// <summary>Values of a command line that contradict each other: wrong usage, where a plain <see cref="StratoException"/> is a refusal.</summary>
internal sealed class UsageException : StratoException
{
    /// <inheritdoc cref="StratoException(string)"/>
    public UsageException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="StratoException(string, Exception)"/>
    public UsageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Throws where values do not fit together.</summary>
    public static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new UsageException(message);
        }
    }

    /// <summary>Checks values that a person typed; what the check refuses with a <see cref="StratoException"/> is wrong usage.</summary>
    public static void Check(Action check)
    {
        try
        {
            check();
        }
        catch (StratoException error) when (error is not UsageException)
        {
            throw new UsageException(error.Message, error);
        }
    }
}
