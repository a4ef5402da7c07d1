using System.Text.Json;

namespace Strato.Publishing.Collecting;

/// <summary>
/// What an interrupted collection leaves for the next one (<c>state.json</c>): the list of what is to be deleted is complete, and belongs to this manifest.
/// </summary>
internal sealed record CollectionState
{
    private const string Name = "state.json";
    private const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>The version of the manifest that the list belongs to.</summary>
    public required string Manifest { get; init; }

    /// <summary>What was asked for: with another wish another list is made.</summary>
    public required string Wish { get; init; }

    /// <summary>When the list was made, in seconds of Unix time.</summary>
    public required long Made { get; init; }

    /// <summary>Objects that are done with, from the list's beginning.</summary>
    public long Deleted { get; init; }

    /// <summary>Those of them that are needed after all.</summary>
    public long Spared { get; init; }

    /// <summary>The bytes of the others.</summary>
    public long DeletedBytes { get; init; }

    /// <summary>What the outcome will say of the stages before.</summary>
    public required CollectionOutcome Found { get; init; }

    /// <summary>The objects in the list.</summary>
    public required long Total { get; init; }

    /// <summary>True where something was left.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, Name));

    /// <summary>Reads what was left; null where nothing was, or nothing that can be used.</summary>
    public static CollectionState? Read(string folder)
    {
        string file = Path.Combine(folder, Name);
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), CollectionJson.Default.CollectionState) is { Format: CurrentFormat } state ? state : null;
        }
        catch (JsonException)
        {
            // Power was lost while it was written.
            return null;
        }
    }

    public static void Delete(string folder) => File.Delete(Path.Combine(folder, Name));

    public void Write(string folder)
    {
        string file = Path.Combine(folder, Name);
        File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(this, CollectionJson.Default.CollectionState));
        File.Move(file + ".new", file, overwrite: true);
    }
}
