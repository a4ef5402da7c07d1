namespace Strato.Terminal;

/// <summary>Shows how far a piece of work has come. Reports may come from any thread, often: drawing them is rate-limited.</summary>
internal interface IProgressDisplay : IDisposable
{
    /// <summary>Tells the state of the work.</summary>
    /// <param name="detail">What has been done, such as <c>1,024 files, 20 MB</c>; one line.</param>
    /// <param name="fraction">0 to 1, or null where the end is not known.</param>
    void Report(string detail, double? fraction = null);
}
