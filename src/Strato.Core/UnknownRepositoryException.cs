namespace Strato.Core;

/// <summary>There is no such repository: no server or key is configured for it, or no server has it. To programs its name does not exist.</summary>
public sealed class UnknownRepositoryException : StratoException
{
    /// <inheritdoc cref="StratoException(string)"/>
    public UnknownRepositoryException(string message)
        : base(message)
    {
    }
}
