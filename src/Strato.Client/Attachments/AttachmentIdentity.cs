using System.Text;
using System.Text.Json.Serialization;
using Strato.Core.Paths;

namespace Strato.Client.Attachments;

/// <summary>
/// What an attachment is, in whatever process and under whatever name: node ids are computed from it, so two attachments with one identity have
/// the same nodes. Immutable; serializable, so that a successor can be told.
/// </summary>
/// <param name="Repository">The fully qualified name.</param>
/// <param name="Pin">What keeps it from moving on, such as <c>tag v1</c>; <c>newest</c> where nothing does.</param>
/// <param name="Settings">A digest of the parameters that were given for this attachment alone; empty for none.</param>
/// <param name="Credential">A digest of the credential that it was made with; empty for none.</param>
public sealed record AttachmentIdentity(string Repository, string Pin, string Settings = "", string Credential = "")
{
    /// <summary>A repository as the machine's configuration has it, under its own name: what the configuration says about pins is not part of it.</summary>
    public static AttachmentIdentity OfDefault(string repository) => new(repository, "default");

    /// <summary>A digest of everything. No part can hold a NUL, so none can be mistaken for another.</summary>
    [JsonIgnore]
    internal PathKey Key => RepositoryPath.KeyOf(Encoding.UTF8.GetBytes(string.Join('\0', Repository, Pin, Settings, Credential)));

    /// <summary>For people.</summary>
    public override string ToString() =>
        $"{Repository} {Pin}{(Settings.Length > 0 ? $"; settings {Settings}" : "")}{(Credential.Length > 0 ? $"; credential {Credential}" : "")}";
}
