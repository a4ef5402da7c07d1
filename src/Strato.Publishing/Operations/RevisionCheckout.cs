using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.History;
using Strato.Core.Paths;
using Strato.Publishing.Auditing;
using Strato.Publishing.Branches;
using Strato.Publishing.Committing;
using Strato.Publishing.Transactions;

namespace Strato.Publishing.Operations;

/// <summary>
/// Chooses what the next publish starts from: <c>strato checkout</c>. On a branch it makes a tagged revision beside those that clients follow, as the genuine
/// tools do, and the one after it is on the default branch again.
/// </summary>
public static class RevisionCheckout
{
    /// <summary>Checks a branch out.</summary>
    /// <param name="repository">The repository's fully qualified name.</param>
    /// <param name="tag">The tag that a new branch starts from; null for the newest of a branch that exists.</param>
    /// <param name="branch">The branch; null, together with the tag, for the current revision of the default one.</param>
    /// <param name="context">Where the repository is.</param>
    /// <exception cref="StratoException">Nothing was changed; the message says why.</exception>
    public static CheckoutOutcome Run(string repository, string? tag, string? branch, OperationContext context)
    {
        RequireNames(tag, branch);
        return OperationAudit.Run("checkout", repository, context, audited =>
        {
            audited.Audit?.Tag = tag;
            if (branch is null)
            {
                // Before the session, which wants a checkout that can be read.
                BranchCheckout.Remove(audited.Home.Places(repository));
            }

            using RepositorySession session = RepositorySession.Open(audited, repository);
            if (branch is null)
            {
                return new CheckoutOutcome(string.Empty, null, session.Manifest.Revision, session.Manifest.RootCatalog.ToString(), IsNew: false);
            }

            // Its view shows another revision than the branch starts from.
            OpenTransaction.RequireNone(session);
            using HistoryDatabase? history = HistoryBytes.Open(session.Objects, session.Manifest);
            HistoryTag? head = history?.FindBranchHead(branch);
            HistoryTag start = tag is null
                ? head ?? throw new StratoException($"{repository} has no branch {branch}; name the tag that it is to start from with --tag")
                : head is not null
                    ? throw new StratoException($"cannot start the branch {branch} of {repository}: it exists; leave --tag out to go on with it")
                    : history?.Find(tag) ?? throw new StratoException($"{repository} has no tag {BytesText.Escape(tag)}; 'strato tag {repository} list' shows those that it has");
            BranchCheckout checkout = new(start.Name, new NestedCatalog(RepositoryPath.Root, start.RootCatalog, start.Size), start.Revision, branch, start.Branch);
            checkout.Write(session.Places);
            return new CheckoutOutcome(branch, start.Name, start.Revision, start.RootCatalog.ToString(), head is null);
        });
    }

    /// <summary>Throws where names cannot be meant.</summary>
    /// <exception cref="StratoException">Says which and why.</exception>
    public static void RequireNames(string? tag, string? branch)
    {
        if (branch is null && tag is not null)
        {
            throw new StratoException("a tag alone cannot be checked out; name the branch that starts from it with --branch");
        }

        if (branch is not null && !HistoryBranch.IsValidName(branch))
        {
            throw new StratoException($"cannot use the branch name '{BytesText.Escape(branch)}': 1 to {TagName.MaxLength} letters, digits and - _ . @ / are allowed");
        }
    }
}
