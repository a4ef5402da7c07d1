using System.Globalization;
using System.Text;
using Strato.Client.Requests;
using Strato.Core.Catalogs;
using Strato.Core.Compression;

namespace Strato.Client.Xattrs;

/// <summary>The magic attributes that tell how a node is stored.</summary>
internal static class NodeAttributeValues
{
    private const string ChunkHeader = "hash,offset,size\n";

    public static IReadOnlyList<MagicAttribute> All { get; } =
    [
        new("user.hash", MagicScope.Hashed, query => query.Row.Hash.IsNull ? MagicValue.None : query.Row.Hash.ToString()),
        new("user.lhash", MagicScope.Hashed, LocalHash),
        new("user.chunk_list", MagicScope.Regular, ListChunks),
        new("user.chunks", MagicScope.Regular, CountChunks),
        new("user.compression", MagicScope.Regular, query => OfRegular(query, query.Row.Compression == CompressionAlgorithm.None ? "none" : "zlib")),
        new("user.direct_io", MagicScope.Regular, query => OfRegular(query, MagicValue.Of(query.Row.IsDirectIo))),
        new("user.external_file", MagicScope.Regular, query => OfRegular(query, MagicValue.Of(query.Row.IsExternal))),
        new("user.external_url", MagicScope.External, ExternalUrl),
        new("user.rawlink", MagicScope.Symlink, RawLink),
        new("xfsroot.rawlink", MagicScope.Symlink, RawLink),
    ];

    private static MagicValue OfRegular(MagicQuery query, MagicValue value) => query.IsRegular ? value : MagicValue.None;

    private static MagicValue RawLink(MagicQuery query) =>
        query.Row.Type == FileType.SymbolicLink ? Encoding.UTF8.GetString(query.Row.Symlink) : MagicValue.None;

    private static MagicValue ExternalUrl(MagicQuery query) =>
        query.IsRegular && query.Row.IsExternal
            ? query.Attachment.Facts.ExternalServers.Current is { } server ? server + query.ShownPath : ""
            : MagicValue.None;

    private static MagicValue CountChunks(MagicQuery query)
    {
        if (!query.IsRegular)
        {
            return MagicValue.None;
        }

        Outcome outcome = query.ListChunks(out IReadOnlyList<FileChunk> chunks);
        return outcome.IsDone ? MagicValue.Of(Math.Max(1, chunks.Count)) : MagicValue.Missing(outcome);
    }

    private static MagicValue ListChunks(MagicQuery query)
    {
        if (!query.IsRegular)
        {
            return MagicValue.None;
        }

        Outcome outcome = query.ListChunks(out IReadOnlyList<FileChunk> chunks);
        if (!outcome.IsDone)
        {
            return MagicValue.Missing(outcome);
        }

        if (!query.Row.IsChunked)
        {
            chunks = [new FileChunk(query.Row.Hash, 0, query.Row.Size)];
        }

        List<string> pages = [];
        StringBuilder page = new(ChunkHeader);
        foreach (FileChunk chunk in chunks)
        {
            page.Append(CultureInfo.InvariantCulture, $"{chunk.Hash},{chunk.Offset},{chunk.Size}\n");
            if (page.Length > MagicValue.PageLength)
            {
                pages.Add(page.ToString());
                page.Clear().Append(ChunkHeader);
            }
        }

        if (page.Length > ChunkHeader.Length)
        {
            pages.Add(page.ToString());
        }

        return new MagicValue(Outcome.Done, pages);
    }

    private static MagicValue LocalHash(MagicQuery query) =>
        query.Row.Hash.IsNull ? MagicValue.None
        : query.Caller.Supplied is LocalHashWant done ? done.Result
        : MagicValue.Missing(Outcome.Wants(new LocalHashWant(query.Attachment.Source, query.Row)));
}
