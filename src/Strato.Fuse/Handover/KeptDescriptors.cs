using Strato.Posix;

namespace Strato.Fuse.Handover;

/// <summary>Descriptors under tags. Owns them. Of a fixed size, so that keeping costs nothing but the descriptors.</summary>
internal sealed class KeptDescriptors : IDisposable
{
    /// <summary>The most that are kept.</summary>
    public const int Capacity = 19;

    private readonly uint[] tags = new uint[Capacity];
    private readonly FileDescriptor?[] files = new FileDescriptor?[Capacity];

    /// <summary>Keeps a descriptor in place of what the tag had. False, and the descriptor closed, where there is no room.</summary>
    public bool Put(uint tag, FileDescriptor file)
    {
        int place = IndexOf(tag);
        place = place < 0 ? Array.IndexOf(files, null) : place;
        if (place < 0)
        {
            file.Dispose();
            return false;
        }

        files[place]?.Dispose();
        tags[place] = tag;
        files[place] = file;
        return true;
    }

    /// <summary>What is kept under a tag.</summary>
    public FileDescriptor? Find(uint tag)
    {
        int place = IndexOf(tag);
        return place < 0 ? null : files[place];
    }

    /// <summary>Hands out what is kept under a tag; it is the caller's.</summary>
    public FileDescriptor? Take(uint tag)
    {
        int place = IndexOf(tag);
        if (place < 0)
        {
            return null;
        }

        FileDescriptor? file = files[place];
        files[place] = null;
        return file;
    }

    /// <summary>Steps through all of them.</summary>
    /// <param name="cursor">0 to begin.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="file">What is kept under it.</param>
    public bool TryStep(ref int cursor, out uint tag, out FileDescriptor? file)
    {
        while (cursor < Capacity && files[cursor] is null)
        {
            cursor++;
        }

        tag = cursor < Capacity ? tags[cursor] : 0;
        file = cursor < Capacity ? files[cursor] : null;
        cursor++;
        return file is not null;
    }

    /// <summary>Closes what is kept under a tag.</summary>
    public void Drop(uint tag) => Take(tag)?.Dispose();

    public void Dispose()
    {
        foreach (FileDescriptor? file in files)
        {
            file?.Dispose();
        }

        Array.Clear(files);
    }

    private int IndexOf(uint tag)
    {
        for (int place = 0; place < Capacity; place++)
        {
            if (files[place] is not null && tags[place] == tag)
            {
                return place;
            }
        }

        return -1;
    }
}
