using Strato.Core;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Transactions;

/// <summary>What transactions a home has. Only looks: no lock is taken.</summary>
public static class TransactionStatus
{
    /// <summary>The repository's transaction; null where it has none.</summary>
    /// <exception cref="StratoException">There is no such repository, or the record is damaged.</exception>
    public static TransactionRecord? Find(string repository, RepositoryHome home) =>
        TransactionState.Read(PlacesOf(repository, home)) is { Stage: TransactionStage.Open } record ? record : null;

    /// <summary>The paths of the repository's transaction, be there one or not.</summary>
    /// <exception cref="StratoException">There is no such repository.</exception>
    public static TransactionPlaces PlacesOf(string repository, RepositoryHome home)
    {
        _ = home.Load(repository);
        return new TransactionPlaces(home.Places(repository));
    }

    /// <summary>Shows the view of a transaction again that a restart of the machine, or an interrupted publish, has taken away.</summary>
    /// <exception cref="StratoException">There is no transaction, somebody else changes the repository, or the view cannot be shown.</exception>
    public static TransactionRecord Resume(string repository, OperationContext context, ITransactionViews views)
    {
        TransactionPlaces places = PlacesOf(repository, context.Home);
        using PublisherLock held = PublisherLock.Take(context.Home.Places(repository));
        TransactionRecord record = OpenTransaction.Settle(context, repository, views)
            ?? throw new StratoException($"{repository} has no transaction to go on with; begin one: strato transaction {repository}");
        if (!views.IsShown(places, record))
        {
            views.Show(places, record);
        }

        return record;
    }
}
