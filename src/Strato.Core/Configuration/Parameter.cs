namespace Strato.Core.Configuration;

/// <summary>A configuration parameter with the place that it came from.</summary>
/// <param name="Name">Such as <c>CVMFS_HTTP_PROXY</c>.</param>
/// <param name="Value">Its text; templates such as <c>@fqrn@</c> are replaced.</param>
/// <param name="Origin">The file that set it last, or what a person would call another place, such as <c>command line</c>.</param>
public sealed record Parameter(string Name, string Value, string Origin);
