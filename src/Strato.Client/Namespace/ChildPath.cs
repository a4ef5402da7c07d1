namespace Strato.Client.Namespace;

/// <summary>Joins a directory's path and a name, both known to be valid, without allocating.</summary>
internal static class ChildPath
{
    /// <summary>Writes <c>DIRECTORY/NAME</c>. False where it does not fit.</summary>
    public static bool TryJoin(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, Span<byte> buffer, out ReadOnlySpan<byte> path)
    {
        int length = directory.Length + 1 + name.Length;
        if (length > buffer.Length)
        {
            path = default;
            return false;
        }

        directory.CopyTo(buffer);
        buffer[directory.Length] = (byte)'/';
        name.CopyTo(buffer[(directory.Length + 1)..]);
        path = buffer[..length];
        return true;
    }
}
