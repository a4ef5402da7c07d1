using Strato.Core;

namespace Strato.Publishing.Replication;

/// <summary>No source has an object that the revision names: it was collected meanwhile, or the source is damaged.</summary>
internal sealed class SourceLacksException : StratoException
{
    /// <inheritdoc cref="StratoException(string)"/>
    public SourceLacksException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="StratoException(string, Exception)"/>
    public SourceLacksException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
