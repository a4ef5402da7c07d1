namespace Strato.Publishing.Collecting;

/// <summary>Tells once that a collection waits.</summary>
internal sealed class OnceToldNote(string repository, Action<string> note)
{
    private bool hasTold;

    public void Tell()
    {
        if (!hasTold)
        {
            hasTold = true;
            note($"{repository} is being changed at the moment; what is to be deleted is deleted once that is done");
        }
    }
}
