using System.Globalization;
using System.Text;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Paths;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Branches;

/// <summary>
/// What the next publish starts from where that is not the current revision: the file <c>checkout</c> in the repository's folder of the home. One line; its
/// first four words are those of the genuine file: tag, root catalog, branch, the tag's branch.
/// </summary>
/// <param name="Tag">The tag that was checked out.</param>
/// <param name="Root">Its root catalog.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Branch">The branch that the next publish is on.</param>
/// <param name="Parent">The branch that the tag is on; empty for the default one.</param>
internal sealed record BranchCheckout(string Tag, NestedCatalog Root, ulong Revision, string Branch, string Parent)
{
    private const string DefaultBranch = "(default)";

    /// <summary>What is checked out; null where nothing is.</summary>
    /// <exception cref="StratoException">The file cannot be read.</exception>
    public static BranchCheckout? Read(RepositoryPlaces places)
    {
        if (!File.Exists(places.Checkout))
        {
            return null;
        }

        string[] words = File.ReadAllText(places.Checkout).Trim().Split(' ');
        return words is [var tag, var root, var branch, var parent, var revision, var size]
            && ObjectHash.TryParse(root, out ObjectHash hash)
            && ulong.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            ? new BranchCheckout(tag, new NestedCatalog(RepositoryPath.Root, hash, length), number, branch, parent == DefaultBranch ? string.Empty : parent)
            : throw new StratoException($"cannot read what {places.Name} is checked out on ({places.Checkout}); reset it with: strato checkout {places.Name}");
    }

    /// <summary>Removes the file, if there is one.</summary>
    public static void Remove(RepositoryPlaces places) => File.Delete(places.Checkout);

    /// <summary>True where a publish on the branch was done, and killed before it could remove the file.</summary>
    public bool IsDone(HistoryDatabase history) => history.FindBranchHead(Branch) is { } head && head.Name != Tag && head.Revision > Revision;

    /// <summary>Writes the file, whole or not at all.</summary>
    public void Write(RepositoryPlaces places)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{Tag} {Root.Hash} {Branch} {(Parent.Length == 0 ? DefaultBranch : Parent)} {Revision} {Root.Size}\n");
        string temporary = places.Checkout + ".new";
        File.WriteAllBytes(temporary, Encoding.UTF8.GetBytes(line));
        File.Move(temporary, places.Checkout, overwrite: true);
    }
}
