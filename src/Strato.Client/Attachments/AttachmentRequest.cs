using Strato.Core.Configuration;

namespace Strato.Client.Attachments;

/// <summary>What is to be attached. Immutable.</summary>
/// <param name="Repository">The fully qualified name.</param>
/// <param name="Settings">Parameters for this attachment alone, as <c>NAME=VALUE</c>; they count more than all others.</param>
/// <param name="Paths">Where configuration files are read.</param>
public sealed record AttachmentRequest(string Repository, IReadOnlyList<string> Settings, ConfigurationPaths Paths);
