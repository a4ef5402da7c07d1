using System.Text;
using Strato.Client.Attachments;
using Strato.Client.Namespace;
using Strato.Client.Requests;
using Strato.Client.Revisions;
using Strato.Core.Catalogs;

namespace Strato.Client.Xattrs;

/// <summary>One question for a magic attribute: which node, seen how, and its catalog row. Belongs to one request.</summary>
internal sealed class MagicQuery
{
    public MagicQuery(Caller caller, in NodeView view, NodeWalk walk, byte[] path, CatalogEntry row)
    {
        Caller = caller;
        View = view;
        Walk = walk;
        Path = path;
        Row = row;
    }

    public Caller Caller { get; }

    public NodeView View { get; }

    public NodeWalk Walk { get; }

    /// <summary>The node's path within the repository.</summary>
    public byte[] Path { get; }

    /// <summary>The node's catalog row, its link target not expanded.</summary>
    public CatalogEntry Row { get; }

    public Attachment Attachment => View.Attachment;

    public Revision Revision => View.Revision;

    public bool IsRegular => Row.Type == FileType.Regular;

    /// <summary>The path for values that hold it; bytes that are not UTF-8 are replaced, as an attribute's text has no place for them.</summary>
    public string ShownPath => Encoding.UTF8.GetString(Path);

    /// <summary>The file's chunks as the catalog lists them; empty for files that are stored whole.</summary>
    public Outcome ListChunks(out IReadOnlyList<FileChunk> chunks)
    {
        chunks = [];
        if (!Row.IsChunked)
        {
            return Outcome.Done;
        }

        Outcome outcome = Walk.FindOwnRow(Caller, View, out CatalogLease lease, out CatalogRow row);
        using (lease)
        {
            if (outcome.IsDone)
            {
                chunks = lease.Reader.Chunks(row.Key, row.Hash.Algorithm);
            }

            return outcome;
        }
    }

    /// <summary>The catalog that lists the node's directory, or what is in the node if it is a directory, opened.</summary>
    public Outcome FindCatalog(out MountedCatalog holder)
    {
        CatalogTree tree = Revision.Catalogs;
        ReadOnlySpan<byte> directory = Row.IsDirectory ? Path : Path.AsSpan(0, Math.Max(0, Path.AsSpan().LastIndexOf((byte)'/')));
        Outcome outcome = tree.Resolve(tree.Root, directory, Caller.Supplied, out holder);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        outcome = tree.Lend(holder, Caller.Supplied, out CatalogLease lease);
        lease.Dispose();
        return outcome;
    }
}
