namespace Strato.Publishing.Statistics;

/// <summary>How much some distinct objects are.</summary>
/// <param name="Objects">Their number.</param>
/// <param name="Plain">Their plain bytes.</param>
/// <param name="Stored">Their bytes as they are stored, compressed; 0 where the store was not asked.</param>
public readonly record struct ContentSizes(long Objects, long Plain, long Stored)
{
    public static ContentSizes operator +(ContentSizes left, ContentSizes right) =>
        new(left.Objects + right.Objects, left.Plain + right.Plain, left.Stored + right.Stored);
}
