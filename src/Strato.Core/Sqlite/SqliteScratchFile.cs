namespace Strato.Core.Sqlite;

/// <summary>
/// A private file in which a small database (a history, a reflog) is made or changed before its bytes become an object.
/// Disposing removes it.
/// </summary>
public sealed class SqliteScratchFile : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a file that holds <paramref name="image"/>; with an empty image none, so that a database can be created at the path.</summary>
    /// <param name="directory">An existing directory.</param>
    /// <param name="image">A database's bytes, or nothing.</param>
    /// <exception cref="StratoException">The file cannot be written.</exception>
    public SqliteScratchFile(string directory, ReadOnlySpan<byte> image)
    {
        Path = System.IO.Path.Combine(directory, $"database-{Guid.NewGuid():N}");
        if (image.IsEmpty)
        {
            return;
        }

        try
        {
            using FileStream file = new(Path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
            file.Write(image);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            File.Delete(Path);
            throw new StratoException($"cannot write the working copy of a database in {directory}: {error.Message}", error);
        }
    }

    /// <summary>Where the database is.</summary>
    public string Path { get; }

    /// <summary>The database's bytes; no connection to it may be open.</summary>
    /// <exception cref="StratoException">The file cannot be read.</exception>
    public byte[] ReadAll()
    {
        try
        {
            return File.ReadAllBytes(Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot read the working copy of a database {Path}: {error.Message}", error);
        }
    }

    public void Dispose() => File.Delete(Path);
}
