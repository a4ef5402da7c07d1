using System.Globalization;
using Strato.Client.Requests;
using Strato.Posix;

namespace Strato.Client.Xattrs;

/// <summary>A magic attribute's pages, or why there are none.</summary>
/// <param name="Outcome">Not done where the node has no such attribute, or an object is missing.</param>
/// <param name="Pages">The pages as text.</param>
internal readonly record struct MagicValue(Outcome Outcome, IReadOnlyList<string> Pages)
{
    /// <summary>Characters after which a page is closed; the kernel passes on 64 KiB.</summary>
    public const int PageLength = 40_000;

    /// <summary>The node has no such attribute.</summary>
    public static MagicValue None { get; } = new(Errno.ENODATA, []);

    public static implicit operator MagicValue(string page) => FromString(page);

    public static MagicValue FromString(string page) => new(Outcome.Done, [page]);

    public static MagicValue Of(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static MagicValue Of(bool value) => value ? "1" : "0";

    public static MagicValue Missing(Outcome outcome) => new(outcome, []);
}
