namespace Strato.Publishing.Pipeline;

/// <summary>Somebody who waits for content to be stored. The call comes once, on one of the pipeline's threads; what it throws fails the publish.</summary>
internal abstract class ContentRequest
{
    /// <summary>Takes the outcome. Every object that it names has been put by now.</summary>
    public abstract void Complete(in StoredContent content);
}
