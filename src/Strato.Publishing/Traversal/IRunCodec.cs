namespace Strato.Publishing.Traversal;

/// <summary>How records of one kind are ordered and laid out in a <see cref="SortedRun{TRecord,TCodec}"/>: all of one length.</summary>
internal interface IRunCodec<TRecord>
{
    /// <summary>A record's bytes.</summary>
    static abstract int Length { get; }

    static abstract IComparer<TRecord> Order { get; }

    static abstract void Write(in TRecord record, Span<byte> target);

    static abstract TRecord Read(ReadOnlySpan<byte> source);
}
