using System.Buffers;
using Strato.Core;
using Strato.Core.Hashing;

namespace Strato.Publishing.Traversal;

/// <summary>A file of sorted names: 20 bytes of digest, one of algorithm, one of kind. Work files, read by the process that wrote them.</summary>
internal static class NameRun
{
    private const int RecordLength = ObjectHash.DigestLength + 2;
    private const int BufferedRecords = 2048;

    /// <summary>Writes a run.</summary>
    /// <exception cref="StratoException">It cannot be written.</exception>
    public static void Write(string file, IEnumerable<ObjectName> names)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(RecordLength * BufferedRecords);
        try
        {
            using FileStream target = new(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            int length = 0;
            foreach (ObjectName name in names)
            {
                Span<byte> record = buffer.AsSpan(length, RecordLength);
                name.Hash.Bytes.CopyTo(record);
                record[ObjectHash.DigestLength] = (byte)name.Hash.Algorithm;
                record[ObjectHash.DigestLength + 1] = (byte)name.Kind;
                length += RecordLength;
                if (length == RecordLength * BufferedRecords)
                {
                    target.Write(buffer, 0, length);
                    length = 0;
                }
            }

            target.Write(buffer, 0, length);
        }
        catch (IOException error)
        {
            throw new StratoException($"cannot write the work file {file}: {error.Message}", error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads a run from its beginning.</summary>
    public static IEnumerable<ObjectName> Read(string file)
    {
        byte[] buffer = new byte[RecordLength * BufferedRecords];
        using FileStream source = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        int length;
        while ((length = source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0)
        {
            for (int offset = 0; offset + RecordLength <= length; offset += RecordLength)
            {
                ObjectHash hash = new((HashAlgorithm)buffer[offset + ObjectHash.DigestLength], buffer.AsSpan(offset, ObjectHash.DigestLength));
                yield return new ObjectName(hash, (ObjectKind)buffer[offset + ObjectHash.DigestLength + 1]);
            }
        }
    }

    /// <summary>Merges sorted names, each once.</summary>
    public static IEnumerable<ObjectName> Merge(IReadOnlyList<IEnumerable<ObjectName>> sources)
    {
        List<IEnumerator<ObjectName>> cursors = [.. sources.Select(source => source.GetEnumerator())];
        try
        {
            PriorityQueue<IEnumerator<ObjectName>, ObjectName> queue = new(NameOrder.Instance);
            foreach (IEnumerator<ObjectName> cursor in cursors)
            {
                Enqueue(queue, cursor);
            }

            ObjectName last = default;
            while (queue.TryDequeue(out IEnumerator<ObjectName>? cursor, out ObjectName name))
            {
                if (name != last)
                {
                    yield return name;
                    last = name;
                }

                Enqueue(queue, cursor);
            }
        }
        finally
        {
            cursors.ForEach(cursor => cursor.Dispose());
        }
    }

    private static void Enqueue(PriorityQueue<IEnumerator<ObjectName>, ObjectName> queue, IEnumerator<ObjectName> cursor)
    {
        if (cursor.MoveNext())
        {
            queue.Enqueue(cursor, cursor.Current);
        }
    }
}
