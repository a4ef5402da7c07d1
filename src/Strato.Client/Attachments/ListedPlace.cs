using System.Text;
using Strato.Core.Paths;

namespace Strato.Client.Attachments;

/// <summary>A name that the root lists. Its cookie follows from the name alone, so that a listing goes on where it was whatever has come or gone, and whoever answers.</summary>
/// <param name="Place">The place.</param>
/// <param name="Name">The name's bytes.</param>
/// <param name="IsConfigured">Whether it is listed also while it is not attached.</param>
/// <param name="Cookie">Where the listing goes on behind it.</param>
internal readonly record struct ListedPlace(AttachmentPlace Place, byte[] Name, bool IsConfigured, ulong Cookie)
{
    /// <summary>Cookies begin behind those of <c>.</c> and <c>..</c>.</summary>
    public const ulong FirstCookie = 3;

    /// <summary>Lists places in the order of their cookies.</summary>
    public static ListedPlace[] Sort(IEnumerable<AttachmentPlace> places, IReadOnlySet<string> configured) =>
        [.. places.Select(place => Of(place, configured.Contains(place.Name))).OrderBy(listed => listed.Cookie).ThenBy(listed => listed.Place.Name, StringComparer.Ordinal)];

    private static ListedPlace Of(AttachmentPlace place, bool isConfigured)
    {
        byte[] name = Encoding.ASCII.GetBytes(place.Name);

        // Positive to the kernel, and room for the first ones.
        return new ListedPlace(place, name, isConfigured, ((ulong)RepositoryPath.KeyOf(name).First >> 2) + FirstCookie);
    }
}
