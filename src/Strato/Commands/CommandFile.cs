using Strato.Core;

namespace Strato.Commands;

/// <summary>Files that are carried between machines.</summary>
internal static class CommandFile
{
    /// <summary>Reads a small file.</summary>
    /// <exception cref="StratoException">It cannot be read, or is larger than it may be.</exception>
    public static byte[] Read(string file, int limit)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            byte[] content = new byte[limit + 1];
            int length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length <= limit ? content[..length] : throw new StratoException($"cannot use {file}: it is larger than {limit} bytes");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot read {file}: {error.Message.TrimEnd('.')}", error);
        }
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="StratoException">It cannot be written.</exception>
    public static void Write(string file, byte[] content)
    {
        string temporary = file + ".new";
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new StratoException($"cannot write {file}: {error.Message.TrimEnd('.')}", error);
        }
    }
}
