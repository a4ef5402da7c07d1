using System.Buffers;
using System.Text.Json;

namespace Strato.Web.Origin;

/// <summary>The list of repositories, <c>/cvmfs/info/v1/repositories.json</c>: schema 1 of the genuine servers.</summary>
internal static class RepositoryIndex
{
    public static byte[] Render(IReadOnlyList<ServedRepository> repositories)
    {
        ArrayBufferWriter<byte> document = new();
        using (Utf8JsonWriter json = new(document, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
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
            json.WriteString("url", "/cvmfs/" + repository.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
