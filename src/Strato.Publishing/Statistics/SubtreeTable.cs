using Strato.Core;
using Strato.Core.Paths;

namespace Strato.Publishing.Statistics;

/// <summary>The directories that are told one by one, by numbers: those down to a depth. Any thread may add.</summary>
internal sealed class SubtreeTable(int depth)
{
    /// <summary>The most directories: some 30 MB.</summary>
    private const int Maximum = 100_000;

    /// <summary>The number of the root.</summary>
    public const int Root = 0;

    /// <summary>What the root has as its parent.</summary>
    public const int None = -1;

    private readonly Lock gate = new();
    private readonly Dictionary<RepositoryPath, int> numbers = new() { [RepositoryPath.Root] = Root };
    private readonly List<RepositoryPath> paths = [RepositoryPath.Root];
    private readonly List<int> parents = [None];
    private readonly List<EntrySizes> entries = [default];

    public int Count => paths.Count;

    public RepositoryPath PathOf(int number) => paths[number];

    public int ParentOf(int number) => parents[number];

    /// <summary>What lies in a directory but in none below it that has a number.</summary>
    public EntrySizes EntriesOf(int number) => entries[number];

    /// <summary>The number of the deepest directory told about that holds a directory, or is it.</summary>
    /// <exception cref="StratoException">There are too many.</exception>
    public int NumberOf(RepositoryPath directory)
    {
        RepositoryPath path = directory;
        for (int excess = directory.Depth - depth; excess > 0; excess--)
        {
            path = path.Parent;
        }

        lock (gate)
        {
            return Add(path);
        }
    }

    public void Add(int number, EntrySizes sizes)
    {
        lock (gate)
        {
            entries[number] += sizes;
        }
    }

    private int Add(RepositoryPath path)
    {
        if (numbers.TryGetValue(path, out int number))
        {
            return number;
        }

        int parent = Add(path.Parent);
        if (paths.Count == Maximum)
        {
            throw new StratoException($"there are more than {Maximum:N0} directories down to depth {depth}; choose a smaller --depth");
        }

        number = paths.Count;
        numbers.Add(path, number);
        paths.Add(path);
        parents.Add(parent);
        entries.Add(default);
        return number;
    }
}
