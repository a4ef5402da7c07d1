using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Committing;
using Strato.Publishing.Merging;
using Strato.Publishing.Synchronizing;

namespace Strato.Publishing.Transactions;

/// <summary>
/// Copies a directory to another place of the same repository: rows are written anew, as their keys hold their paths, and nested catalogs with
/// them; objects of files stay what they are.
/// </summary>
internal sealed class TemplateCopy
{
    private readonly CatalogTree tree;

    private TemplateCopy(CatalogTree tree) => this.tree = tree;

    /// <summary>Copies what a transaction's record asks for; nothing where it asks for nothing.</summary>
    /// <param name="tree">The catalogs.</param>
    /// <param name="root">The root catalog, which stays the caller's.</param>
    /// <param name="record">The transaction.</param>
    /// <param name="makers">Who owns directories that have to be made on the way, and when they are made.</param>
    /// <exception cref="StratoException">There is no such directory, or something is in the way.</exception>
    public static void Run(CatalogTree tree, WorkingCatalog root, TransactionRecord record, ((uint Uid, uint Gid) Owner, long Time) makers)
    {
        if (record is not { TemplateFrom: { } fromText, TemplateTo: { } toText })
        {
            return;
        }

        RepositoryPath from = Operations.TargetPath.Parse(fromText);
        RepositoryPath to = Operations.TargetPath.Parse(toText);
        CatalogPaths paths = new(tree, root);
        WorkingCatalog source = paths.HostOf(from) ?? throw new StratoException($"cannot copy {from}: the repository has no such directory");
        CatalogEntry entry = paths.Find(from)!;
        if (paths.Find(to) is not null)
        {
            throw new StratoException($"cannot copy {from} to {to}: something is there; choose another place or remove it first");
        }

        TargetDirectory.Require(paths, to.Parent, makers.Owner, makers.Time);
        paths.Insert(to, Row(entry, to));
        TemplateCopy copy = new(tree);
        copy.Fill(source, from, paths.HostOf(to)!, to, entry.IsNestedMountPoint);
        paths.LeaveAll();
    }

    /// <summary>Who owns, and when is made, what an operation makes by itself.</summary>
    public static ((uint Uid, uint Gid) Owner, long Time) Makers(RepositorySession session) =>
        ((PosixProcess.EffectiveUserId, PosixProcess.EffectiveGroupId), session.Now);

    private static CatalogEntry Row(CatalogEntry entry, RepositoryPath path) =>
        entry with { Name = path.Name.ToArray(), IsNestedMountPoint = false, IsNestedRoot = false };

    // Copies what is in a directory whose own row is there already.
    private void Fill(WorkingCatalog source, RepositoryPath from, WorkingCatalog host, RepositoryPath to, bool isNested)
    {
        WorkingCatalog target = isNested ? tree.Split(host, to, isEmpty: true) : host;
        Dictionary<uint, uint> groups = [];
        foreach (CatalogEntry entry in source.List(from.Key))
        {
            RepositoryPath child = from.Append(entry.Name);
            RepositoryPath copy = to.Append(entry.Name);
            if (entry.IsBindMountPoint)
            {
                throw new StratoException($"cannot copy {from}: another catalog is attached at {child}; copy what is beside it");
            }

            IReadOnlyList<FileChunk> chunks = entry.IsChunked ? source.Chunks(child.Key, entry.Hash.Algorithm) : [];
            target.Insert(copy.Key, to.Key, Row(entry, copy) with { HardlinkGroup = GroupFor(entry, target, groups) }, chunks);
            if (entry.IsNestedMountPoint)
            {
                WorkingCatalog nested = tree.OpenNested(source, child);
                Fill(nested, child, target, copy, isNested: true);
                tree.Leave(nested);
            }
            else if (entry.IsDirectory)
            {
                Fill(source, child, target, copy, isNested: false);
            }
        }

        if (isNested)
        {
            tree.Leave(target);
        }
    }

    private static uint GroupFor(CatalogEntry entry, WorkingCatalog target, Dictionary<uint, uint> groups)
    {
        if (entry.HardlinkGroup == 0)
        {
            return 0;
        }

        if (!groups.TryGetValue(entry.HardlinkGroup, out uint group))
        {
            groups[entry.HardlinkGroup] = group = target.NextHardlinkGroup();
        }

        return group;
    }
}
