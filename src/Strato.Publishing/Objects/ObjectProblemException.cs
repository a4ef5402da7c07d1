using Strato.Core;

namespace Strato.Publishing.Objects;

/// <summary>An object that is missing or damaged.</summary>
internal sealed class ObjectProblemException : StratoException
{
    /// <inheritdoc cref="StratoException(string)"/>
    /// <param name="message">The whole line.</param>
    /// <param name="problem">What is wrong with the object, as the end of a sentence.</param>
    /// <param name="isMissing">True where it is not there.</param>
    public ObjectProblemException(string message, string problem, bool isMissing)
        : base(message)
    {
        Problem = problem;
        IsMissing = isMissing;
    }

    /// <summary>What is wrong, as the end of a sentence that begins with the object.</summary>
    public string Problem { get; }

    /// <summary>True where the object is not there.</summary>
    public bool IsMissing { get; }
}
