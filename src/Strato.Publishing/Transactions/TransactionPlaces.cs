using Strato.Publishing.Repositories;

namespace Strato.Publishing.Transactions;

/// <summary>The paths of a repository's transaction, or of a view that is thrown away. Immutable.</summary>
/// <param name="repository">The repository's places.</param>
/// <param name="folder">The name of the folder that has everything.</param>
public sealed class TransactionPlaces(RepositoryPlaces repository, string folder = "transaction")
{
    /// <summary>The repository's name.</summary>
    public string Name => repository.Name;

    /// <summary>Everything that belongs to the transaction. It exists only while there is one, or something is left of one.</summary>
    public string Folder => Path.Combine(repository.Folder, folder);

    /// <summary>The record. A transaction is what has one: taking it away is what ends a transaction.</summary>
    public string Record => Path.Combine(Folder, "record.json");

    /// <summary>What was changed: the upper directory of an overlay, or the scratch directory itself.</summary>
    public string Changes => Path.Combine(Folder, "changes");

    /// <summary>The work directory that an overlay needs beside its upper one.</summary>
    public string OverlayWork => Path.Combine(Folder, "work");

    /// <summary>Below it the revision is mounted that an overlay lies above, until the overlay is there.</summary>
    public string Lower => Path.Combine(Folder, "lower");

    /// <summary>What is left of a transaction that ended, for the next operation to remove.</summary>
    /// <param name="number">Distinguishes several.</param>
    public string Remains(int number) => Path.Combine(repository.Folder, $"transaction-remains-{number}");
}
