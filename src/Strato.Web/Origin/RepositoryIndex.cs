using System.Buffers;
using System.Text.Json;
using Strato.Publishing.Replication;

namespace Strato.Web.Origin;

/// <summary>The list of repositories, <c>/cvmfs/info/v1/repositories.json</c>: schema 1 of the genuine servers.</summary>
internal static class RepositoryIndex
{
    /// <summary>Renders the list.</summary>
    /// <param name="repositories">What is served.</param>
    /// <param name="databaseTime">When the database of places was changed last; null where there is none.</param>
    public static byte[] Render(IReadOnlyList<ServedRepository> repositories, DateTimeOffset? databaseTime = null)
    {
        ArrayBufferWriter<byte> document = new();
        using (Utf8JsonWriter json = new(document, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            if (databaseTime is { } time)
            {
                json.WriteString("last_geodb_update", StatusDocument.Time(time));
            }

            WriteList(json, "repositories", repositories.Where(repository => !repository.IsReplica));
            WriteList(json, "replicas", repositories.Where(repository => repository.IsReplica));
            json.WriteEndObject();
        }

        document.Write("\n"u8);
        return document.WrittenSpan.ToArray();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<ServedRepository> repositories)
    {
        json.WriteStartArray(name);
        foreach (ServedRepository repository in repositories)
        {
            json.WriteStartObject();
            json.WriteString("name", repository.Name);
            if (repository.IsPassThrough)
            {
                json.WriteBoolean("pass-through", true);
            }

            json.WriteString("url", "/cvmfs/" + repository.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
