using System.Numerics;

namespace Strato.Storage.Cache;

/// <summary>
/// How many bytes are how old, in buckets that are a thirty-second of an octave wide: enough to pick the oldest entries of a cache of any
/// size in fixed memory. Ages are seconds; negative ones count as 0. Volatile entries rank above all others: they are the first to go,
/// whatever their age.
/// </summary>
internal sealed class AgeHistogram
{
    private const int StepBits = 5;
    private const int Steps = 1 << StepBits;
    private const int Ages = (64 - StepBits + 1) * Steps;
    private readonly long[] bytes = new long[2 * Ages];

    /// <summary>The bucket of an entry; what is to go earlier is never lower.</summary>
    public static int BucketOf(long age, bool isVolatile) => BucketOf(age) + (isVolatile ? Ages : 0);

    public void Add(int bucket, long size) => bytes[bucket] += size;

    /// <summary>The highest bucket such that it and all older ones together hold at least so many bytes; 0 where all do not.</summary>
    public int FindCutoff(long wanted)
    {
        long sum = 0;
        for (int bucket = bytes.Length - 1; bucket > 0; bucket--)
        {
            sum += bytes[bucket];
            if (sum >= wanted)
            {
                return bucket;
            }
        }

        return 0;
    }

    private static int BucketOf(long age)
    {
        if (age < Steps)
        {
            return (int)Math.Max(0, age);
        }

        int octave = BitOperations.Log2((ulong)age) - StepBits;
        return (int)(((octave + 1) << StepBits) + ((age >> octave) & (Steps - 1)));
    }
}
