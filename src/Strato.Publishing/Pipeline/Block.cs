namespace Strato.Publishing.Pipeline;

/// <summary>A piece of plain content on its way to a worker; the array belongs to the <see cref="BlockPool"/>.</summary>
internal readonly record struct Block(byte[] Bytes, int Length)
{
    public ReadOnlySpan<byte> Span => Bytes.AsSpan(0, Length);
}
