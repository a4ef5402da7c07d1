namespace Strato.Core;

/// <summary>
/// A failure that a person can act on. The message is one clear line: what was being done, to what, what went wrong and
/// what to do. It is shown as it is, without a stack trace. Any other exception that reaches a command is a bug.
/// </summary>
public class StratoException : Exception
{
    /// <summary>Makes one of its message.</summary>
    /// <param name="message">One line, without a newline or a full stop at its end.</param>
    public StratoException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="StratoException(string)"/>
    /// <param name="innerException">The cause, kept for logs; its message is not shown.</param>
    public StratoException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
