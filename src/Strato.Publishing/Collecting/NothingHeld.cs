namespace Strato.Publishing.Collecting;

/// <summary>What is handed out where nothing needs to be held.</summary>
internal sealed class NothingHeld : IDisposable
{
    private NothingHeld()
    {
    }

    public static NothingHeld Instance { get; } = new();

    public void Dispose()
    {
    }
}
