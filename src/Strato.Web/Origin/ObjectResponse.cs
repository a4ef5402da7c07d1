using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;
using Strato.Storage.Objects;

namespace Strato.Web.Origin;

/// <summary>Sends an object, a part of it, or only what is known of it.</summary>
internal static class ObjectResponse
{
    private const int BufferLength = 128 * 1024;

    /// <summary>Answers a GET or HEAD request for an object that was found.</summary>
    public static async Task SendAsync(HttpContext context, ServedObject found)
    {
        RequestHeaders request = context.Request.GetTypedHeaders();
        HttpResponse response = context.Response;
        response.Headers.ETag = found.Tag.ToString();
        response.Headers.CacheControl = found.CacheControl;
        response.Headers.AcceptRanges = "bytes";
        if (found.LastModified is { } date)
        {
            response.Headers.LastModified = HeaderUtilities.FormatDate(date);
        }

        response.StatusCode = Preconditions.Evaluate(request, found);
        if (response.StatusCode != StatusCodes.Status200OK)
        {
            return;
        }

        if (!Preconditions.TryGetRange(request, found, out ByteRange? range))
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = new ContentRangeHeaderValue(found.Length).ToString();
            return;
        }

        response.ContentType = found.ContentType;
        response.ContentLength = range?.Length ?? found.Length;
        if (range is { } part)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = new ContentRangeHeaderValue(part.Offset, part.Offset + part.Length - 1, found.Length).ToString();
        }

        if (HttpMethods.IsGet(context.Request.Method) && response.ContentLength > 0)
        {
            await SendBytesAsync(context, found, range ?? new ByteRange(0, found.Length));
        }
    }

    private static async Task SendBytesAsync(HttpContext context, ServedObject found, ByteRange range)
    {
        await using Stream? stream = await found.OpenAsync(range, context.RequestAborted);
        long left = range.Length;
        while (stream is not null && left > 0)
        {
            Memory<byte> buffer = context.Response.BodyWriter.GetMemory(BufferLength);
            int count = await stream.ReadAsync(buffer[..(int)Math.Min(left, buffer.Length)], context.RequestAborted);
            if (count == 0)
            {
                break;
            }

            context.Response.BodyWriter.Advance(count);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            left -= count;
        }

        if (left > 0)
        {
            // The object was deleted or replaced meanwhile. Only a broken connection tells the peer that bytes are missing.
            context.Abort();
        }
    }
}
