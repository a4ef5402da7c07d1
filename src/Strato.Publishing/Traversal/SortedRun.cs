using System.Buffers;
using Strato.Core;

namespace Strato.Publishing.Traversal;

/// <summary>A file of sorted records. Work files, read by the process that wrote them.</summary>
internal static class SortedRun<TRecord, TCodec>
    where TRecord : struct, IEquatable<TRecord>
    where TCodec : IRunCodec<TRecord>
{
    private const int BufferedRecords = 2048;

    /// <summary>Writes a run.</summary>
    /// <exception cref="StratoException">It cannot be written.</exception>
    public static void Write(string file, IEnumerable<TRecord> records)
    {
        int full = TCodec.Length * BufferedRecords;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(full);
        try
        {
            using FileStream target = new(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            int length = 0;
            foreach (TRecord record in records)
            {
                TCodec.Write(record, buffer.AsSpan(length, TCodec.Length));
                length += TCodec.Length;
                if (length == full)
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
    public static IEnumerable<TRecord> Read(string file)
    {
        byte[] buffer = new byte[TCodec.Length * BufferedRecords];
        using FileStream source = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        int length;
        while ((length = source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0)
        {
            for (int offset = 0; offset + TCodec.Length <= length; offset += TCodec.Length)
            {
                yield return TCodec.Read(buffer.AsSpan(offset, TCodec.Length));
            }
        }
    }

    /// <summary>Merges sorted records, each once.</summary>
    public static IEnumerable<TRecord> Merge(IReadOnlyList<IEnumerable<TRecord>> sources)
    {
        List<IEnumerator<TRecord>> cursors = [.. sources.Select(source => source.GetEnumerator())];
        try
        {
            PriorityQueue<IEnumerator<TRecord>, TRecord> queue = new(TCodec.Order);
            foreach (IEnumerator<TRecord> cursor in cursors)
            {
                Enqueue(queue, cursor);
            }

            TRecord? last = null;
            while (queue.TryDequeue(out IEnumerator<TRecord>? cursor, out TRecord record))
            {
                if (last is not { } before || !record.Equals(before))
                {
                    yield return record;
                    last = record;
                }

                Enqueue(queue, cursor);
            }
        }
        finally
        {
            cursors.ForEach(cursor => cursor.Dispose());
        }
    }

    private static void Enqueue(PriorityQueue<IEnumerator<TRecord>, TRecord> queue, IEnumerator<TRecord> cursor)
    {
        if (cursor.MoveNext())
        {
            queue.Enqueue(cursor, cursor.Current);
        }
    }
}
