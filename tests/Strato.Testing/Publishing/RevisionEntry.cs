using Strato.Core.Catalogs;
using Strato.Core.Paths;

namespace Strato.Testing.Publishing;

/// <summary>One entry of a revision.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Entry">Its row; for the root of a nested catalog the one in that catalog.</param>
/// <param name="Chunks">Its chunks by rising offset.</param>
/// <param name="Catalog">The path of the catalog that it is in.</param>
public sealed record RevisionEntry(RepositoryPath Path, CatalogEntry Entry, IReadOnlyList<FileChunk> Chunks, RepositoryPath Catalog);
