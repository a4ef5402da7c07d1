namespace Strato.Client.Xattrs;

/// <summary>An attribute that the client makes up.</summary>
/// <param name="Name">Its name, with the namespace <c>user.</c>.</param>
/// <param name="Scope">Where it is listed. It can be asked for everywhere.</param>
/// <param name="Read">Its value for a node.</param>
internal sealed record MagicAttribute(string Name, MagicScope Scope, Func<MagicQuery, MagicValue> Read);
