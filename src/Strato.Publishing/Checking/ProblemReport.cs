namespace Strato.Publishing.Checking;

/// <summary>Collects what is wrong, each problem once. Any thread may add.</summary>
internal sealed class ProblemReport(Action<string> found)
{
    private readonly HashSet<string> problems = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (problems)
            {
                return problems.Count;
            }
        }
    }

    public void Add(string problem)
    {
        lock (problems)
        {
            if (problems.Add(problem))
            {
                found(problem);
            }
        }
    }
}
