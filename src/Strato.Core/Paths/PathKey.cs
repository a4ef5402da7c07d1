namespace Strato.Core.Paths;

/// <summary>
/// The MD5 of a path as catalogs key it: its first and last eight bytes, read as little-endian integers (columns
/// <c>md5path_1</c> and <c>md5path_2</c>). The root's path is the empty string.
/// </summary>
public readonly record struct PathKey(long First, long Second);
