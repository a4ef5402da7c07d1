namespace Strato.Publishing.Pipeline;

/// <summary>Something that a worker does.</summary>
internal interface IWork
{
    /// <summary>Does it on a worker's thread; an exception fails the pipeline.</summary>
    void Run(Worker worker);
}
