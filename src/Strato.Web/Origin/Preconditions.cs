using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;
using Strato.Storage.Objects;

namespace Strato.Web.Origin;

/// <summary>What a request's conditions and range ask for, by RFC 9110 sections 13 and 14.</summary>
internal static class Preconditions
{
    /// <summary>The status that the conditions lead to: 200, 304 or 412.</summary>
    public static int Evaluate(RequestHeaders request, ServedObject found)
    {
        if (request.IfMatch is { Count: > 0 } wanted)
        {
            if (!wanted.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(found.Tag, useStrongComparison: true)))
            {
                return StatusCodes.Status412PreconditionFailed;
            }
        }
        else if (request.IfUnmodifiedSince is { } until && found.LastModified > until)
        {
            return StatusCodes.Status412PreconditionFailed;
        }

        bool isUnchanged = request.IfNoneMatch is { Count: > 0 } known
            ? known.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(found.Tag, useStrongComparison: false))
            : request.IfModifiedSince is { } since && found.LastModified <= since;
        return isUnchanged ? StatusCodes.Status304NotModified : StatusCodes.Status200OK;
    }

    /// <summary>
    /// Reads the range. False where it cannot be satisfied (status 416). A range that is malformed, or several of them, are ignored
    /// and give the whole object, as the standard allows.
    /// </summary>
    /// <param name="request">The request's headers.</param>
    /// <param name="found">The object that is asked for.</param>
    /// <param name="range">The part that is wanted, null for the whole.</param>
    public static bool TryGetRange(RequestHeaders request, ServedObject found, out ByteRange? range)
    {
        range = null;
        if (request.Range is not { Unit.Value: "bytes", Ranges: { Count: 1 } ranges } || !MatchesIfRange(request, found))
        {
            return true;
        }

        RangeItemHeaderValue only = ranges.First();
        long from = only.From ?? Math.Max(0, found.Length - only.To.GetValueOrDefault());
        long to = only.From is null ? found.Length - 1 : Math.Min(only.To ?? long.MaxValue, found.Length - 1);
        if (from > to)
        {
            return false;
        }

        range = new ByteRange(from, to - from + 1);
        return true;
    }

    private static bool MatchesIfRange(RequestHeaders request, ServedObject found) => request.IfRange switch
    {
        null => true,
        { EntityTag: { } tag } => tag.Compare(found.Tag, useStrongComparison: true),
        { LastModified: { } date } => found.LastModified == date,
        _ => false,
    };
}
